import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.transports.library import LibraryTransport, range_of

AUDIO = bytes(range(256)) * 2000
PATH = "jobs/a/1/audio.mp3"


@pytest.fixture
async def store(tmp_path):
    kept = AudioStore(open_store("", tmp_path), Links(b"secret"))
    await kept.put(PATH, AUDIO)
    return kept


@pytest.fixture
async def http(store):
    app = web.Application()
    LibraryTransport(store).add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        yield session
    await runner.cleanup()


async def test_whoever_has_the_link_needs_no_key(http, store):
    async with http.get(await store.url(PATH, 60)) as reply:
        assert (reply.status, reply.content_type, reply.content_length) == (200, "audio/mpeg", len(AUDIO))
        assert reply.headers["Accept-Ranges"] == "bytes"
        assert await reply.read() == AUDIO


async def test_a_player_can_seek(http, store):
    async with http.get(await store.url(PATH, 60), headers={"Range": "bytes=1000-1999"}) as reply:
        assert (reply.status, reply.headers["Content-Range"]) == (206, f"bytes 1000-1999/{len(AUDIO)}")
        assert await reply.read() == AUDIO[1000:2000]


async def test_a_range_beyond_the_end_is_refused_with_the_length(http, store):
    async with http.get(await store.url(PATH, 60), headers={"Range": f"bytes={len(AUDIO)}-"}) as reply:
        assert (reply.status, reply.headers["Content-Range"]) == (416, f"bytes */{len(AUDIO)}")


async def test_the_length_is_told_without_the_audio(http, store):
    async with http.head(await store.url(PATH, 60)) as reply:
        assert (reply.status, reply.content_length) == (200, len(AUDIO))


@pytest.mark.parametrize(
    "url",
    [
        f"/v1/library/{PATH}",
        f"/v1/library/{PATH}?expires=99999999999&signature=00",
        "/v1/library/../../etc/passwd?expires=99999999999&signature=00",
        "/v1/library/%2e%2e/%2e%2e/etc/passwd?expires=1&signature=",
        "/v1/library/a%00b?expires=x&signature=y",
    ],
)
async def test_a_link_that_we_did_not_sign_opens_nothing(http, url):
    async with http.get(URL(url, encoded=True)) as reply:
        assert reply.status in (403, 404)
        assert b"Traceback" not in await reply.read()


async def test_what_was_deleted_is_gone_for_its_links_too(http, store):
    url = await store.url(PATH, 60)
    await store.delete("jobs/a")

    async with http.get(url) as reply:
        assert reply.status == 403


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", range(100)),
        ("bytes=0-", range(100)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-1000", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-1000", range(100)),
        ("bytes=100-", None),
        ("bytes=5-4", None),
        ("bytes=-0", None),
        ("bytes=-", range(100)),
        ("bytes=0-1,5-6", range(100)),
        ("bytes=" + "9" * 100_000 + "-", range(100)),
        ("lines=1-2", range(100)),
    ],
)
def test_ranges(header, wanted):
    assert range_of(header, 100) == wanted
