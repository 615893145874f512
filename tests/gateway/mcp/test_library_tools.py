"""What models do with what is kept: every tool is called, by the official client."""

import json

import pytest

from gateway.dialects.paths import SHELVES
from gateway.mcp.library import LIBRARY_TOOLS


class Call:
    """One call of a tool, by itself."""

    def __init__(self, site):
        self._site = site
        self.called = set()

    async def __call__(self, tool, **arguments):
        async with self._site.connect() as client:
            result = await client.call_tool(tool, arguments)
        self.called.add(tool)
        told = json.loads(result.content[0].text)
        assert not result.is_error, told
        return told


@pytest.fixture
def call(site):
    return Call(site)


@pytest.mark.slow  # two seconds
async def test_every_tool_of_the_library_does_what_it_says(site, call):
    async with site.working():
        jobs = [(await call("generate_speech", text=f"Tale {n}.", voice_id="ann"))["job_id"] for n in range(3)]
        while (await call("get_storage"))["items"] < 3:
            pass
    a, b, _ = jobs
    assert (await call("update_job_metadata", job_id=a, title="The first", tags=["final"]))["tags"] == ["final"]
    assert [each["job_id"] for each in (await call("list_storage_items", tag="final"))["items"]] == [a]
    assert (await call("list_tags"))["tags"] == [{"name": "final", "items": 1}]

    made = await call("manage_collection", action="create", name="tales")
    named = {"collection_id": made["id"]}
    assert (await call("manage_collection", action="add", job_ids=[a, b], **named))["changed"] == [a, b]
    assert (await call("manage_collection", action="remove", job_ids=[a], **named))["changed"] == [a]
    assert (await call("manage_collection", action="rename", name="stories", **named))["items"] == 1
    assert (await call("list_collections"))["collections"][0]["name"] == "stories"
    assert (await call("manage_collection", action="delete", **named))["deleted"] == [made["id"]]

    share = await call("create_share", job_ids=[a, b], title="Tales")
    code = share["code"]
    assert share["url"] == f"{site.url}/s/{code}"
    assert (await call("list_shares"))["shares"] == [share]
    assert (await call("update_share", code=code, title="T"))["title"] == "T"
    until = {"permanent": False, "expires_at": "2100-01-01T00:00:00Z"}
    assert (await call("toggle_share_permanent", code=code, **until))["expires_at"].startswith("2100-01-01")
    assert (await call("toggle_share_permanent", code=code))["expires_at"] is None
    ordered = await call("update_track_order", code=code, job_ids=[b, a])
    assert [track["job_id"] for track in ordered["tracks"]] == [b, a]
    codes = await call("create_access_codes", code=code, count=2, label_prefix="event")
    assert await call("list_access_codes", code=code) == await call("export_access_codes", code=code) == codes
    named = {"code": code, "access_code_id": codes["access_codes"][0]["id"]}
    assert (await call("update_access_code", label="Ann", **named))["label"] == "Ann"
    assert (await call("delete_access_code", **named))["revoked_at"]
    assert (await call("get_share", code=code))["protected"]
    assert (await call("get_qr_code", code=code, format="svg"))["data_uri"].startswith("data:image/svg+xml;base64,")
    assert (await call("add_bookmark", code=code, seconds=3.5))["seconds"] == 3.5
    assert (await call("list_bookmarks"))["bookmarks"][0]["seconds"] == 3.5
    assert (await call("delete_bookmark", code=code))["deleted"] == [code]
    assert (await call("revoke_share", code=code))["revoked"] == [code]
    assert (await call("bulk_revoke_shares", codes=[code, "x"]))["not_found"] == ["x"]
    assert (await call("bulk_delete_jobs", job_ids=jobs))["deleted"] == jobs
    assert call.called >= {tool.name for tool in LIBRARY_TOOLS}


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("update_job_metadata", {"job_id": "nobody"}, "unknown_job"),
        ("update_job_metadata", {}, "invalid_message"),
        ("list_storage_items", {"sort": "size"}, "invalid_message"),
        ("list_storage_items", {"after": "x"}, "invalid_setting"),
        ("create_share", {}, "invalid_setting"),
        ("create_share", {"expires_at": "tomorrow"}, "invalid_message"),
        ("get_share", {"code": "a\0b"}, "unknown_share"),
        ("toggle_share_permanent", {"code": "a", "permanent": False}, "invalid_setting"),
        ("manage_collection", {"action": "rename", "name": "x"}, "invalid_setting"),
        ("manage_collection", {"action": "burn"}, "invalid_message"),
        ("bulk_delete_jobs", {"job_ids": ["x"] * 1001}, "invalid_setting"),
    ],
)
async def test_what_cannot_be_done_is_told_to_the_model(site, name, arguments, code):
    async with site.connect() as client:
        result = await client.call_tool(name, arguments)

    assert result.is_error
    assert result.structured_content["error"]["code"] == code


async def test_a_key_is_offered_what_it_is_for(site):
    _, key = await site.keys.create("reader", scopes=["shares:read"])
    async with site.connect(key) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        refused = await client.call_tool("revoke_share", {"code": "x"})

    assert tools == ["list_shares", "get_share", "list_access_codes", "export_access_codes", "get_qr_code"]
    assert refused.structured_content["error"]["code"] == "forbidden"


def test_the_tools_ask_for_the_scopes_of_the_vendors_paths():
    """No way round a scope: the same action takes the same right wherever it is."""
    vendor = {place.action.parse: place.scope for place in SHELVES[1].places}
    ours = {place.action.parse: place.scope for place in SHELVES[0].places}
    assert all(ours[parse] in (scope, "library:write") for parse, scope in vendor.items() if parse in ours)
