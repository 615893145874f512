"""The tools about what is kept: each is an action of the library's surfaces; path, query and body are its arguments.

Their names are the vendor's, where it has a tool for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import msgspec

from gateway.accounts.plans import Scope
from gateway.core.shelf import share_orders
from gateway.dialects.shape import Shape
from gateway.dialects.shelf import Action, Asking, codes, items, links, shares
from gateway.dialects.shelf.bodies import JobsBody, Moment, seconds_of
from gateway.errors import InvalidSetting
from gateway.mcp.caller import Caller
from gateway.mcp.tool import Answer, Tool

AUDIO = "/v1/jobs/{}/audio"
JOB = {"id": "job_id"}
CODE = {"code": "code"}
ACCESS_CODE = {"code": "code", "id": "access_code_id"}

ORDER = Action(
    lambda asking: share_orders.EditShare(asking.path["code"], job_ids=asking.body.job_ids),
    shares.EDIT.tell,
    Shape("", JobsBody),
)


class Permanent(msgspec.Struct, frozen=True):
    """expires_at: until when, if it is not permanent."""

    permanent: bool = True
    expires_at: Moment | None = None


def _lasting(asking: Asking) -> share_orders.EditShare:
    if not asking.body.permanent and asking.body.expires_at is None:
        raise InvalidSetting("expires_at says until when, if it is not permanent")
    until = None if asking.body.permanent else seconds_of(asking.body.expires_at)
    return share_orders.EditShare(asking.path["code"], expires_at=until)


LASTING = Action(_lasting, shares.EDIT.tell, Shape("", Permanent))


class ManageCollection(msgspec.Struct, frozen=True):
    """name: for create and rename; job_ids: for add and remove."""

    action: Literal["create", "rename", "delete", "add", "remove"]
    collection_id: str = ""
    name: str = ""
    job_ids: tuple[str, ...] = ()


def acting(action: Action, path: Mapping[str, str]) -> Callable[[Caller, Any], Awaitable[Answer]]:
    """path: by the action's parameters, the names of the arguments that stand for them."""
    shape = action.shape

    async def call(caller: Caller, arguments: Any) -> Answer:
        named = {parameter: getattr(arguments, argument) for parameter, argument in path.items()}
        query = None if shape.query is None else _part(shape.query, arguments)
        body = None if shape.body is None else _part(shape.body, arguments)
        return await _do(caller, action, Asking(named, query, body, caller.origin, audio=AUDIO))

    return call


async def manage(caller: Caller, arguments: ManageCollection) -> Answer:
    """One tool for what are five requests."""
    wanted = arguments.action
    if wanted != "create" and not arguments.collection_id:
        raise InvalidSetting(f"collection_id is needed to {wanted}")
    table: dict[str, tuple[Action, dict[str, Any]]] = {
        "create": (items.MAKE_COLLECTION, {"name": arguments.name}),
        "rename": (items.RENAME_COLLECTION, {"name": arguments.name}),
        "delete": (items.DELETE_COLLECTION, {}),
        "add": (items.COLLECT, {"add": arguments.job_ids}),
        "remove": (items.COLLECT, {"remove": arguments.job_ids}),
    }
    action, fields = table[wanted]
    body = action.shape.body(**fields) if action.shape.body else None
    return await _do(caller, action, Asking({"id": arguments.collection_id}, None, body, caller.origin))


async def _do(caller: Caller, action: Action, asking: Asking) -> Answer:
    fact = await caller.library.do(caller.owner, action.parse(asking))
    return Answer(action.tell(fact, asking).body)


def _part(kind: type[msgspec.Struct], arguments: Any) -> msgspec.Struct:
    return kind(**{name: getattr(arguments, name) for name in kind.__struct_fields__})


def _arguments(name: str, action: Action, path: Mapping[str, str]) -> type[msgspec.Struct]:
    kinds = [kind for kind in (action.shape.query, action.shape.body) if kind is not None]
    parts = [each for kind in kinds for each in msgspec.structs.fields(kind)]
    fields: list[Any] = [(each.name, each.type, *(() if each.required else (each.default,))) for each in parts]
    return msgspec.defstruct(name, [*((each, str) for each in path.values()), *fields], kw_only=True, frozen=True)


def _tool(name: str, description: str, scope: Scope, action: Action, path: Mapping[str, str] | None = None) -> Tool:
    """What it changes is told by its scope, what it destroys by its name."""
    changes, destroys = scope.endswith(":write"), name.startswith(("delete_", "revoke_", "bulk_"))
    path = path or {}
    return Tool(name, description, scope, _arguments(name, action, path), acting(action, path), changes, destroys)


READ, WRITE = Scope.READ_LIBRARY, Scope.WRITE_LIBRARY
READ_SHARES, WRITE_SHARES = Scope.READ_SHARES, Scope.WRITE_SHARES
LIBRARY_TOOLS = (
    _tool("get_storage", "How much audio is kept: items, bytes, seconds, and by format.", READ, items.SUMMARY),
    _tool("list_storage_items", "The audio that is kept, in pages, by tag, collection or text.", READ, items.LIST),
    _tool("bulk_delete_jobs", "Delete jobs with their audio and texts, for good.", WRITE, items.DELETE_ALL),
    _tool("update_job_metadata", "Title, tags and collection of a job.", Scope.WRITE_JOBS, items.EDIT, JOB),
    _tool("list_tags", "All tags, with how many jobs have each.", READ, items.TAGS),
    _tool("list_collections", "All collections.", READ, items.COLLECTIONS),
    Tool(
        "manage_collection",
        "Create, rename or delete a collection, add jobs to it or remove them.",
        WRITE,
        ManageCollection,
        manage,
        changes=True,
    ),
    _tool("create_share", "A link that plays audio for whoever has it.", WRITE_SHARES, shares.MAKE),
    _tool("list_shares", "Your shares, newest first.", READ_SHARES, shares.LIST),
    _tool("get_share", "A share, and how often it was played.", READ_SHARES, shares.FIND, CODE),
    _tool("update_share", "Title, expiry, protection or tracks of a share.", WRITE_SHARES, shares.EDIT, CODE),
    _tool("toggle_share_permanent", "Let a share last for good, or until a moment.", WRITE_SHARES, LASTING, CODE),
    _tool("update_track_order", "The jobs of a share, in the order of playing.", WRITE_SHARES, ORDER, CODE),
    _tool("revoke_share", "End a share for good.", WRITE_SHARES, shares.REVOKE, CODE),
    _tool("bulk_revoke_shares", "End shares for good.", WRITE_SHARES, shares.REVOKE_ALL),
    _tool("create_access_codes", "Codes that a share asks for from then on.", WRITE_SHARES, codes.MAKE_CODES, CODE),
    _tool("list_access_codes", "A share's access codes.", READ_SHARES, codes.LIST_CODES, CODE),
    _tool("export_access_codes", "All access codes of a share.", READ_SHARES, codes.LIST_CODES, CODE),
    _tool("update_access_code", "Label, uses or expiry of a code.", WRITE_SHARES, codes.EDIT_CODE, ACCESS_CODE),
    _tool("delete_access_code", "End a code, and who came in with it.", WRITE_SHARES, codes.REVOKE_CODE, ACCESS_CODE),
    _tool("get_qr_code", "A share's link as a QR code, as a data URI.", READ_SHARES, links.QR_DATA, CODE),
    _tool("list_bookmarks", "The shares that you keep, and the place in each.", READ, links.BOOKMARKS),
    _tool("add_bookmark", "Keep a share, and the place in it.", WRITE, links.BOOKMARK),
    _tool("delete_bookmark", "Take a bookmark away.", WRITE, links.DROP_BOOKMARK, CODE),
)
