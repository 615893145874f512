"""The vendor's storage, shares, access codes, bookmarks. Its documents name `/storage`, `/storage/items`,
`/storage/bulk-delete`, `PATCH /jobs/{id}`, access codes (`bulk`, `export`), `qr` and `/bookmarks`; the tools of its MCP
server name the rest, whose paths are ours to guess.
"""

from dataclasses import replace
from typing import Any

import msgspec

from gateway.core.shelf import facts
from gateway.dialects.aitts import stored
from gateway.dialects.aitts.envelope import BASE, refuse
from gateway.dialects.aitts.replies import STATES, ErrorReply, Status, Success, success
from gateway.dialects.shelf import Action, Asking, Place, Said, Shelf, codes, items, links, shares

READ, WRITE = "library:read", "library:write"
READ_SHARES, WRITE_SHARES, WRITE_JOBS = "shares:read", "shares:write", "jobs:write"
SHARE, CODES = f"{BASE}/shares/{{code}}", f"{BASE}/shares/{{code}}/access-codes"


class EditedJob(msgspec.Struct, frozen=True):
    job_id: str
    status: Status
    title: str
    tags: tuple[str, ...]
    collection_id: str | None


def _edited(item: facts.Item, _asking: Asking) -> Said:
    return Said(EditedJob(item.job_id, STATES[item.state], item.title, item.tags, item.collection_id))


EDIT_JOB = replace(items.EDIT, tell=_edited, shape=replace(items.EDIT.shape, replies={200: EditedJob}))


def _wrapped(place: Place) -> Place:
    """In the envelope that all of the vendor's replies have."""
    action = place.action

    def tell(fact: Any, asking: Asking) -> Said:
        said = action.tell(fact, asking)
        return said if said.content_type else replace(said, body=success(said.body))

    envelope: Any = Success
    replies = {status: envelope[kind] for status, kind in action.shape.replies.items()}
    return replace(place, action=Action(action.parse, tell, replace(action.shape, replies=replies)))


PLACES = (
    Place("GET", f"{BASE}/storage", READ, items.SUMMARY),
    Place("GET", f"{BASE}/storage/items", READ, stored.LIST),
    Place("POST", f"{BASE}/storage/bulk-delete", WRITE, items.DELETE_ALL),
    Place("PATCH", f"{BASE}/jobs/{{id}}", WRITE_JOBS, EDIT_JOB),
    Place("DELETE", f"{BASE}/jobs/{{id}}", WRITE_JOBS, items.DELETE),
    Place("GET", f"{BASE}/tags", READ, items.TAGS),
    Place("GET", f"{BASE}/collections", READ, items.COLLECTIONS),
    Place("POST", f"{BASE}/collections", WRITE, items.MAKE_COLLECTION),
    Place("PATCH", f"{BASE}/collections/{{id}}", WRITE, items.RENAME_COLLECTION),
    Place("DELETE", f"{BASE}/collections/{{id}}", WRITE, items.DELETE_COLLECTION),
    Place("GET", f"{BASE}/shares", READ_SHARES, shares.LIST),
    Place("POST", f"{BASE}/shares", WRITE_SHARES, shares.MAKE),
    Place("POST", f"{BASE}/shares/bulk-revoke", WRITE_SHARES, shares.REVOKE_ALL),
    Place("GET", SHARE, READ_SHARES, shares.FIND),
    Place("PATCH", SHARE, WRITE_SHARES, shares.EDIT),
    Place("DELETE", SHARE, WRITE_SHARES, shares.REVOKE),
    Place("POST", f"{SHARE}/qr", READ_SHARES, links.QR_DATA),
    Place("GET", CODES, READ_SHARES, codes.LIST_CODES),
    Place("POST", CODES, WRITE_SHARES, codes.MAKE_CODES),
    Place("POST", f"{CODES}/bulk", WRITE_SHARES, codes.MAKE_CODES),
    Place("GET", f"{CODES}/export", READ_SHARES, codes.LIST_CODES),
    Place("PATCH", f"{CODES}/{{id}}", WRITE_SHARES, codes.EDIT_CODE),
    Place("DELETE", f"{CODES}/{{id}}", WRITE_SHARES, codes.REVOKE_CODE),
    Place("GET", f"{BASE}/bookmarks", READ, links.BOOKMARKS),
    Place("POST", f"{BASE}/bookmarks", WRITE, links.BOOKMARK),
    Place("PUT", f"{BASE}/bookmarks/{{code}}", WRITE, links.PLACE),
    Place("DELETE", f"{BASE}/bookmarks/{{code}}", WRITE, links.DROP_BOOKMARK),
)
AITTS_LIBRARY = Shelf(
    "AI TTS Microservice", refuse, ErrorReply, tuple(_wrapped(place) for place in PLACES), f"{BASE}/tts/{{}}/audio"
)
