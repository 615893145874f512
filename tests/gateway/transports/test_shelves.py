"""The library over real sockets: our own paths, and the vendor's."""

import asyncio
import json
import time
from collections import Counter

import aiohttp
import pytest
from aiohttp import web
from described import as_described
from yarl import URL

from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.plans import Scope
from gateway.core.formats import AudioFormat
from gateway.database.writing import Writing
from gateway.dialects.paths import SHELVES
from gateway.jobs.job import JobRequest, StoredAudio
from gateway.jobs.leases import Leases
from gateway.jobs.records import Records
from gateway.library.library import Library
from gateway.library.links import Links
from gateway.library.listening import Listening
from gateway.library.secrets import Tickets
from gateway.library.store import AudioStore, open_store
from gateway.transports.listening import ListeningTransport
from gateway.transports.request import PUBLIC_URL
from gateway.transports.shelves import ShelfTransport

AUDIO = bytes(range(256)) * 40


class Shelves:
    """A server that has the library alone, and a client of it."""

    def __init__(self, site, store, http, listening):
        writing = Writing(site.tally.ledger._writing.engine)
        self.records, self.leases = Records(writing, time.time), Leases(writing, time.time)
        self.keys, self.store, self.http = site.keys, store, http
        self.listening, self.metrics = listening, site.gateway.metrics
        self.headers = {}

    async def job(self, text="Hello there.", owner="", encoding="mp3"):
        request = JobRequest("ann", output=AudioFormat(encoding))
        job = (await self.records.submit(owner, request, text)).job
        (taken,) = await self.leases.take(1)
        path = f"{taken.folder}/{job.request.file}"
        await self.store.put(path, AUDIO)
        await self.leases.complete(taken, StoredAudio(path, len(AUDIO), 1.5))
        return job.id

    async def ask(self, method, path, body=None, **headers):
        """(status, what the reply says)"""
        data = body if isinstance(body, str | bytes | None) else json.dumps(body)
        url = URL(path, encoded=True)
        async with self.http.request(method, url, data=data, headers=self.headers | headers) as reply:
            text = await reply.read()
            return reply.status, json.loads(text) if reply.content_type == "application/json" else text


@pytest.fixture
async def shelves(request, open_site, tmp_path):
    """Its parameter, if it has one: as what the world knows the server."""
    async with open_site() as site:
        writing = site.tally.ledger._writing
        store = AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))
        listening = Listening(writing, Tickets(b"secret"))
        app = web.Application(client_max_size=10_000_000)
        app.middlewares.append(as_described)
        app[PUBLIC_URL] = getattr(request, "param", "")
        ShelfTransport(site.door, Library(writing, store)).add_routes(app, SHELVES)
        ListeningTransport(listening, store, WrongAttempts(), site.gateway.metrics).add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(
            f"http://127.0.0.1:{runner.addresses[0][1]}", cookie_jar=aiohttp.CookieJar(unsafe=True)
        ) as http:
            yield Shelves(site, store, http, listening)
        await runner.cleanup()


async def test_items_are_summed_listed_edited_and_deleted(shelves):
    a, b = await shelves.job("One."), await shelves.job("Two.", encoding="wav")
    status, summary = await shelves.ask("GET", "/v1/library")
    assert (status, summary["items"], summary["bytes"], summary["seconds"]) == (200, 2, 2 * len(AUDIO), 3.0)
    assert [each["format"] for each in summary["formats"]] == ["mp3", "wav"]

    _, collection = await shelves.ask("POST", "/v1/library/collections", {"name": "Tales"})
    edit = {"title": "The first", "tags": ["final"], "collection_id": collection["id"]}
    status, item = await shelves.ask("PATCH", f"/v1/library/items/{a}", edit)
    assert (status, item["title"], item["tags"], item["audio_endpoint"]) == (
        200,
        "The first",
        ["final"],
        f"/v1/jobs/{a}/audio",
    )
    _, page = await shelves.ask("GET", "/v1/library/items?limit=1&sort=created_at")
    assert ([each["job_id"] for each in page["items"]], page["items"][0]["preview"]) == ([a], "One.")
    _, rest = await shelves.ask("GET", f"/v1/library/items?limit=1&sort=created_at&after={page['next']}")
    assert ([each["job_id"] for each in rest["items"]], rest["next"]) == ([b], None)
    day = "created_after=2020-01-01T00:00:00Z"
    _, found = await shelves.ask("GET", f"/v1/library/items?tag=final&text=first&{day}")
    assert [each["job_id"] for each in found["items"]] == [a]
    assert (await shelves.ask("GET", "/v1/library/tags"))[1] == {"tags": [{"name": "final", "items": 1}]}

    wanted = {"job_ids": [a, "nobody"]}
    for gone, missing in (([a], ["nobody"]), ([], [a, "nobody"])):
        told = await shelves.ask("POST", "/v1/library/items/delete", wanted)
        assert told == (200, {"deleted": gone, "not_found": missing})
    assert (await shelves.ask("GET", f"/v1/library/items/{a}"))[0] == 404
    assert (await shelves.ask("DELETE", f"/v1/library/items/{b}"))[1]["deleted"] == [b]
    assert await shelves.store.list("jobs") == []


async def test_collections_over_http(shelves):
    job = await shelves.job()
    status, made = await shelves.ask("POST", "/v1/library/collections", {"name": "a"})
    assert (status, made["items"]) == (201, 0)
    path = f"/v1/library/collections/{made['id']}"
    assert (await shelves.ask("POST", f"{path}/items", {"add": [job]}))[1]["changed"] == [job]
    assert (await shelves.ask("PATCH", path, {"name": "b"}))[1]["items"] == 1
    await shelves.ask("POST", "/v1/library/collections", {"name": "a"})
    status, refusal = await shelves.ask("PATCH", path, {"name": "a"})
    assert (status, refusal["error"]["reason"]) == (409, "name_taken")
    assert (await shelves.ask("DELETE", path))[1]["deleted"] == [made["id"]]
    assert len((await shelves.ask("GET", "/v1/library/collections"))[1]["collections"]) == 1


async def test_a_share_is_made_and_heard_by_anybody(shelves):
    job = await shelves.job()
    status, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": job, "title": "<b>For Ann</b>"})
    assert (status, share["state"], share["plays"]) == (201, "live", 0)
    assert share["url"] == f"http://127.0.0.1:{shelves.http._base_url.port}/s/{share['code']}"

    async with shelves.http.get(f"/s/{share['code']}") as reply:
        text = await reply.text()
        assert (reply.status, reply.content_type) == (200, "text/html")
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; media-src 'self'")
    assert "&lt;b&gt;For Ann&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "http" not in text.replace("http-equiv", "")  # nothing from elsewhere
    audio = f"/s/{share['code']}/audio/1"
    assert f'src="{audio}"' in text
    async with shelves.http.get(audio) as reply:
        assert (reply.status, reply.content_type, await reply.read()) == (200, "audio/mpeg", AUDIO)
    async with shelves.http.get(audio, headers={"Range": "bytes=100-199"}) as reply:
        assert (reply.status, await reply.read()) == (206, AUDIO[100:200])
    async with shelves.http.get(audio, headers={"Range": "bytes=0-1"}) as reply:
        assert reply.status == 206
    async with shelves.http.head(audio) as reply:
        assert (reply.status, reply.content_length) == (200, len(AUDIO))
    await shelves.listening.plays.write()

    path = f"/v1/library/shares/{share['code']}"
    assert (await shelves.ask("GET", path))[1]["plays"] == 1
    assert (await shelves.ask("PATCH", path, {"title": "T"}))[1]["title"] == "T"
    assert (await shelves.ask("GET", "/v1/library/shares"))[1]["shares"][0]["code"] == share["code"]
    assert (await shelves.ask("DELETE", path))[1]["revoked"] == [share["code"]]
    for gone in (f"/s/{share['code']}", audio):
        async with shelves.http.get(gone) as reply:
            assert reply.status == 404


async def test_deleting_what_is_shared_ends_the_share(shelves):
    a, b = await shelves.job(), await shelves.job()
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_ids": [a, b]})
    await shelves.ask("POST", "/v1/library/items/delete", {"job_ids": [a]})
    async with shelves.http.get(f"/s/{share['code']}/audio/2") as reply:
        assert reply.status == 404
    await shelves.ask("POST", "/v1/library/items/delete", {"job_ids": [b]})

    async with shelves.http.get(f"/s/{share['code']}") as reply:
        assert reply.status == 404
    assert (await shelves.ask("GET", f"/v1/library/shares/{share['code']}"))[1]["state"] == "empty"


async def test_an_access_code_opens_the_page_for_its_browser(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job(), "title": "Secret"})
    codes = f"/v1/library/shares/{share['code']}/access-codes"
    status, made = await shelves.ask("POST", codes, {"count": 2, "label_prefix": "=event", "max_uses": 1})
    assert (status, [each["label"] for each in made["access_codes"]]) == (201, ["=event-1", "=event-2"])
    again = {"count": 2, "label_prefix": "guest"}
    replies = [await shelves.ask("POST", codes, again, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert replies[0] == replies[1]

    page, audio = f"/s/{share['code']}", f"/s/{share['code']}/audio/1"
    async with shelves.http.get(page) as reply:
        text = await reply.text()
    assert "<form method=post" in text
    assert "Secret" not in text
    async with shelves.http.get(audio) as reply:
        assert (reply.status, (await reply.json())["error"]["reason"]) == (403, "wrong_access_code")
    async with shelves.http.post(page, data={"code": "AAAAA-AAAAA"}) as reply:
        assert (reply.status, "wrong" in await reply.text()) == (403, True)
    code = made["access_codes"][0]
    async with shelves.http.post(page, data={"code": code["code"].lower()}, allow_redirects=False) as reply:
        assert (reply.status, reply.headers["Location"]) == (303, page)
        kept = reply.headers["Set-Cookie"]
    assert all(word in kept for word in ("HttpOnly", f"Path={page}", "SameSite=Lax"))
    assert "Secure" not in kept  # the browser would not send it back here
    async with shelves.http.get(page) as reply:
        assert "<audio" in await reply.text()
    for _ in range(3):  # is no use more
        async with shelves.http.get(audio) as reply:
            assert await reply.read() == AUDIO

    status, text = await shelves.ask("GET", f"{codes}.csv")
    lines = text.decode().splitlines()
    assert lines[0] == "code,label,uses,max_uses,expires_at,revoked_at"
    assert lines[1] == f"{code['code']},'=event-1,1,1,,"
    assert len(lines) == 5
    assert (await shelves.ask("DELETE", f"{codes}/{code['id']}"))[1]["revoked_at"]
    async with shelves.http.get(audio) as reply:
        assert reply.status == 403
    assert (await shelves.ask("PATCH", f"{codes}/{code['id']}", {"label": "x"}))[1]["label"] == "x"


async def test_who_guesses_is_not_looked_at_any_more(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job()})
    _, made = await shelves.ask("POST", f"/v1/library/shares/{share['code']}/access-codes", {})
    told = []
    for _ in range(25):
        async with shelves.http.post(f"/s/{share['code']}", data={"code": "AAAAA-AAAAA"}) as reply:
            told.append(reply.status)
    right = {"code": made["access_codes"][0]["code"]}
    async with shelves.http.post(f"/s/{share['code']}", data=right, allow_redirects=False) as reply:
        assert (reply.status, reply.headers["Retry-After"]) == (429, "60")

    assert told == [403] * 20 + [429] * 5
    assert (await shelves.ask("GET", f"/v1/library/shares/{share['code']}/access-codes"))[1]["access_codes"][0][
        "uses"
    ] == 0


async def test_guesses_at_once_are_no_more_and_lock_nobody_out_of_another_share(shelves):
    job = await shelves.job()
    shares = [(await shelves.ask("POST", "/v1/library/shares", {"job_id": job}))[1]["code"] for _ in range(2)]
    _, made = [await shelves.ask("POST", f"/v1/library/shares/{code}/access-codes", {}) for code in shares][1]

    async def enter(share, code):
        async with shelves.http.post(f"/s/{share}", data={"code": code}, allow_redirects=False) as reply:
            return reply.status

    told = await asyncio.gather(*(enter(shares[0], f"AAAAA-{number:05}") for number in range(60)))
    assert Counter(told) == {403: 20, 429: 40}
    right = made["access_codes"][0]["code"]
    assert [await enter(shares[1], right) for _ in range(25)] == [303] * 25


@pytest.mark.parametrize("shelves", ["https://voice.example.org"], indirect=True)
async def test_a_ticket_goes_over_tls_alone_where_a_proxy_speaks_it(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job()})
    _, made = await shelves.ask("POST", f"/v1/library/shares/{share['code']}/access-codes", {})
    right = {"code": made["access_codes"][0]["code"]}
    async with shelves.http.post(f"/s/{share['code']}", data=right, allow_redirects=False) as reply:
        assert "Secure" in reply.headers["Set-Cookie"]


async def test_a_link_is_an_image(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job()})
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        status, image = await shelves.ask("GET", f"/v1/library/shares/{share['code']}/qr?format={kind}")
        assert status == 200
        assert image.startswith(begins)


async def test_bookmarks_over_http(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job(), "title": "T"})
    status, kept = await shelves.ask("POST", "/v1/library/bookmarks", {"code": share["code"]})
    assert (status, kept["track"], kept["seconds"], kept["url"]) == (201, 1, 0.0, share["url"])
    path = f"/v1/library/bookmarks/{share['code']}"
    assert (await shelves.ask("PUT", path, {"seconds": 12.5}))[1]["seconds"] == 12.5
    assert (await shelves.ask("GET", "/v1/library/bookmarks"))[1]["bookmarks"][0]["seconds"] == 12.5
    assert (await shelves.ask("DELETE", path))[1]["deleted"] == [share["code"]]


async def test_every_place_asks_for_its_scope_and_shows_nobody_anothers(shelves):
    record, _ = await shelves.keys.create("owner")
    _, other = await shelves.keys.create("other")
    job = await shelves.job(owner=record.id)
    for shelf in SHELVES:
        for place in shelf.places:
            path = place.path.format(id=job, code="x" * 22)
            assert (await shelves.ask(place.method, path))[0] == 401
            wrong = [scope for scope in Scope if scope != place.scope][:1]
            _, key = await shelves.keys.create("narrow", scopes=wrong)
            assert (await shelves.ask(place.method, path, Authorization=f"Bearer {key}"))[0] == 403
            status, told = await shelves.ask(place.method, path, Authorization=f"Bearer {other}")
            assert status in (200, 201, 400, 404), (place, told)
            assert "Hello there." not in str(told)
    assert (await shelves.records.find(record.id, job)).audio is not None


BAD = ["{", '"x"', "[" * 30_000, '{"job_ids": 5}', '{"name": ' + "9" * 20_000 + "}", b"\xff\xfe", '{"name": "\\ud800"}']
BAD += ['{"name": "a\\u0000b"}', '{"expires_at": "0001-01-01T00:00:00Z"}', '{"expires_at": "x"}', '{"seconds": 1e400}']
BAD += [json.dumps({"job_ids": ["x"] * 1001}), json.dumps({"title": "x" * 300_000}), '{"count": -1}', '{"tags": [""]}']


async def test_bad_bodies_are_refused_at_once_and_in_the_callers_shape(shelves):
    job = await shelves.job()
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": job})
    slowest = 0.0
    for shelf in SHELVES:
        for place in shelf.places:
            if place.action.shape.body is None:
                continue
            for body in BAD:
                begun = time.process_time()
                path = place.path.format(id=job, code=share["code"])
                status, told = await shelves.ask(place.method, path, body)
                slowest = max(slowest, time.process_time() - begun)
                assert status < 500, (place.path, body[:50], told)
                assert b"Traceback" not in str(told).encode()
                if status >= 400 and shelf.title.startswith("AI"):
                    assert told["success"] is False
                    assert set(told["error"]) == {"code", "message"}
    assert slowest < 0.5  # seconds of our work, however busy the machine is


async def test_a_moment_that_no_calendar_has_in_utc_is_refused_and_the_list_goes_on(shelves):
    job = await shelves.job()
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": job})
    path = f"/v1/library/shares/{share['code']}"
    for never in ("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00"):
        until = {"expires_at": never}
        for method, where, body in (
            ("POST", "/v1/library/shares", {"job_id": job, **until}),
            ("PATCH", path, until),
            ("POST", f"{path}/access-codes", until),
        ):
            status, told = await shelves.ask(method, where, body)
            assert (status, told["error"]["reason"]) == (400, "invalid_setting"), (method, where, never)
    status, made = await shelves.ask("PATCH", path, {"expires_at": "9999-12-31T23:59:59Z"})
    assert (status, made["expires_at"]) == (200, "9999-12-31T23:59:59.000Z")
    assert (await shelves.ask("GET", "/v1/library/shares"))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/library/items?limit=x",
        "/v1/library/items?limit=1e400",
        "/v1/library/items?sort=size",
        "/v1/library/items?after=a%00b",
        "/v1/library/items?tag=a%00b",
        "/v1/library/items?created_after=yesterday",
        "/v1/library/items/a%00b",
        "/v1/library/items/..%2f..%2fetc",
        "/v1/library/shares/a%00b",
        "/v1/library/shares/x/qr?format=gif",
        "/v1/library/shares/x/access-codes.csv",
        "/s/a%00b",
        "/s/%2e%2e%2f",
        "/s/x/audio/1",
        "/api/v1/storage/items?limit=x",
    ],
)
async def test_bad_questions_are_refused(shelves, path):
    status, told = await shelves.ask("GET", path)

    assert status in (400, 404)
    assert b"Traceback" not in str(told).encode()


async def test_a_host_that_is_none_breaks_nothing(shelves):
    status, _ = await shelves.ask("GET", "/v1/library", Host="a b:c")
    assert status in (200, 400)


async def test_codes_asked_for_at_once_over_http_are_all_different(shelves):
    _, share = await shelves.ask("POST", "/v1/library/shares", {"job_id": await shelves.job()})
    path = f"/v1/library/shares/{share['code']}/access-codes"
    told = await asyncio.gather(*(shelves.ask("POST", path, {"count": 10}) for _ in range(10)))

    codes = [code for _, reply in told for code in reply["access_codes"]]
    assert len({code["code"] for code in codes}) == len({code["label"] for code in codes}) == 100


# AI TTS Microservice: the requests of the vendor's examples, as they stand there.


async def test_aitts_storage(shelves):
    a, b = await shelves.job("One."), await shelves.job("Two.")
    status, told = await shelves.ask("GET", "/api/v1/storage")
    assert (status, told["success"], told["data"]["items"]) == (200, True, 2)
    _, told = await shelves.ask("GET", "/api/v1/storage/items?limit=20")
    first, _ = told["data"]["items"]
    assert [item["job_id"] for item in told["data"]["items"]] == [b, a]
    assert (first["status"], first["text_preview"]) == ("completed", "Two.")
    assert first["audio_endpoint"] == f"/api/v1/tts/{b}/audio"
    _, page = await shelves.ask("GET", "/api/v1/storage/items?limit=1")
    _, last = await shelves.ask("GET", f"/api/v1/storage/items?limit=1&cursor={page['data']['next_cursor']}")
    assert (page["data"]["has_more"], last["data"]["has_more"], last["data"]["items"][0]["job_id"]) == (True, False, a)
    status, told = await shelves.ask("POST", "/api/v1/storage/bulk-delete", {"job_ids": [a, "JOB_2"]})
    assert (status, told) == (200, {"success": True, "data": {"deleted": [a], "not_found": ["JOB_2"]}})


async def test_aitts_edits_a_job(shelves):
    job = await shelves.job()
    _, made = await shelves.ask("POST", "/api/v1/collections", {"name": "c"})
    edit = {"tags": ["final"], "collection_id": made["data"]["id"]}
    status, told = await shelves.ask("PATCH", f"/api/v1/jobs/{job}", edit)
    assert (status, told["data"]) == (200, {"job_id": job, "status": "completed", "title": "", **edit})
    status, told = await shelves.ask("PATCH", "/api/v1/jobs/JOB_ID", edit)
    assert (status, told["error"]["code"]) == (404, "NOT_FOUND")


async def test_aitts_access_codes_qr_and_bookmarks(shelves):
    _, share = await shelves.ask("POST", "/api/v1/shares", {"job_id": await shelves.job()})
    code = share["data"]["code"]
    bulk = {"count": 5, "label_prefix": "event"}
    _, made = await shelves.ask("POST", f"/api/v1/shares/{code}/access-codes/bulk", bulk)
    assert [each["label"] for each in made["data"]["access_codes"]] == [f"event-{n}" for n in range(1, 6)]
    _, exported = await shelves.ask("GET", f"/api/v1/shares/{code}/access-codes/export")
    assert exported["data"] == made["data"]
    status, drawn = await shelves.ask("POST", f"/api/v1/shares/{code}/qr", {"format": "png"})
    assert (status, drawn["success"], drawn["data"]["format"]) == (200, True, "png")
    assert drawn["data"]["data_uri"].startswith("data:image/png;base64,iVBOR")
    _, kept = await shelves.ask("POST", "/api/v1/bookmarks", {"code": code})
    _, listed = await shelves.ask("GET", "/api/v1/bookmarks")
    assert listed["data"]["bookmarks"] == [kept["data"]]
