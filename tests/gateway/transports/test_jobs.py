"""Jobs as a client of ours meets them, over real sockets."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from described import as_described
from yarl import URL

from gateway.accounts.allowance import Allowance
from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.authenticator import Authenticator
from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import PLANS, Plan
from gateway.accounts.rates import open_rates
from gateway.accounts.tally import Tally
from gateway.accounts.tokens import TokenStore
from gateway.accounts.usage import Ledger
from gateway.core.events import Limits
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.dialects.surface import Settings
from gateway.door import Door
from gateway.jobs.bells import Bells
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.runner import Runner
from gateway.settling import Settling
from gateway.shared_counters import ConnectionCounter
from gateway.transports.jobs import JobsTransport
from gateway.transports.library import LibraryTransport

TEXT = "Hello there. This is a job."
HELLO = {"text": TEXT, "voice": "ann", "encoding": "pcm_s16le", "sample_rate": 8000}


@pytest.fixture
async def site(gateway, tmp_path, sqlite_url):
    database = await open_database(sqlite_url)
    writing, bells, synth, metrics = Writing(database), Bells(), gateway.synth, gateway.metrics
    ledger = Ledger(writing)
    records, store = (
        Records(writing, time.time, Settling(ledger)),
        AudioStore(open_store("", tmp_path / "audio"), Links(b"secret")),
    )
    jobs = Jobs(records, store, bells, synth, Limits(), metrics, link_life=60.0)
    runner = Runner(PatientSynth(synth), gateway.encoders, metrics, Limits(), 5.0, live=False)
    leases, tally = Leases(writing, time.time, Settling(ledger)), Tally(ledger)
    workshop = Workshop(leases, store, runner, bells, metrics, 2)
    keys = KeyStore(database)
    authenticator = Authenticator(keys, TokenStore(writing, keys), WrongAttempts())
    plans = {**PLANS, "small": Plan(monthly_characters=60)}
    allowance = Allowance(plans, open_rates("memory://"), tally)
    app = web.Application(client_max_size=100_000)
    app.middlewares.append(as_described)
    door = Door(authenticator, allowance, ConnectionCounter(limit=200), gateway.runner)
    JobsTransport(door, jobs, Settings()).add_routes(app)
    LibraryTransport(store).add_routes(app)
    served = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await served.setup()
    await web.TCPSite(served, "127.0.0.1", 0).start()

    @asynccontextmanager
    async def working():
        work = asyncio.create_task(workshop.run())
        yield
        work.cancel()
        await asyncio.wait([work])

    @asynccontextmanager
    async def watching():
        watch = asyncio.create_task(door.watch())
        yield
        watch.cancel()
        await asyncio.wait([watch])

    async with aiohttp.ClientSession(f"http://127.0.0.1:{served.addresses[0][1]}") as http:
        http.door, http.watching = door, watching
        http.keys, http.working, http.synth, http.tally = keys, working, synth, tally
        yield http
    await served.cleanup()
    await database.dispose()


async def told(asking):
    """(status, body)"""
    async with asking as reply:
        return reply.status, json.loads(await reply.read())


async def test_a_job_is_accepted_polled_and_fetched(site):
    async with site.post("/v1/jobs", json=HELLO) as reply:
        assert (reply.status, reply.headers["Retry-After"]) == (202, "1")
        job = await reply.json()
    assert reply.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert (job["state"], job["characters"], job["audio"], job["error"]) == ("queued", 27, None, None)

    async with site.working():
        status, job = await told(site.get(f"/v1/jobs/{job['id']}?wait=10"))
    assert (status, job["state"], job["spoken"]) == (200, "completed", 27)
    async with site.get(job["audio"]["url"], allow_redirects=False) as reply:
        assert reply.status == 307
    async with site.get(job["audio"]["url"]) as reply:
        assert (reply.status, reply.content_type) == (200, "audio/pcm")
        assert await reply.read() == b"Hello there. This is a job. "
    async with site.get(job["audio"]["url"], headers={"Range": "bytes=6-10"}) as reply:
        assert (reply.status, await reply.read()) == (206, b"there")


async def test_who_waits_inline_gets_a_short_job_at_once(site):
    async with site.working():
        status, job = await told(site.post("/v1/jobs?wait=10", json=HELLO))

    assert (status, job["state"]) == (200, "completed")


async def test_a_job_is_listened_to_while_it_is_made(site):
    _, job = await told(site.post("/v1/jobs", json=HELLO | {"voice": "gated"}))
    async with site.working(), asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(read(site, f"/v1/jobs/{job['id']}/stream"))
        await site.synth.asked.length(1)
        site.synth.gate.set()
    assert listening.result() == (200, b"Hello there. This is a job. ")


async def read(site, path):
    async with site.get(path) as reply:
        return reply.status, await reply.read()


async def test_the_list_comes_in_pages_and_by_state(site):
    ids = [(await told(site.post("/v1/jobs", json=HELLO)))[1]["id"] for _ in range(3)]
    await told(site.post(f"/v1/jobs/{ids[0]}/cancel"))

    _, first = await told(site.get("/v1/jobs?limit=2"))
    _, second = await told(site.get(f"/v1/jobs?limit=2&after={first['next']}"))
    assert [job["id"] for job in first["jobs"] + second["jobs"]] == ids[::-1]
    assert second["next"] is None
    _, cancelled = await told(site.get("/v1/jobs?state=cancelled"))
    assert [job["id"] for job in cancelled["jobs"]] == ids[:1]


async def test_a_job_is_cancelled_and_forgotten(site):
    _, job = await told(site.post("/v1/jobs", json=HELLO))
    path = f"/v1/jobs/{job['id']}"

    assert (await told(site.post(f"{path}/cancel")))[1]["state"] == "cancelled"
    assert (await told(site.get(f"{path}/text")))[1] == {"text": HELLO["text"]}
    assert (await told(site.delete(path)))[0] == 200
    status, body = await told(site.get(path))
    assert (status, body["error"]["reason"]) == (404, "unknown_job")


async def test_the_same_request_again_changes_nothing(site):
    headers = {"Idempotency-Key": "abc"}
    _, first = await told(site.post("/v1/jobs", json=HELLO, headers=headers))
    _, again = await told(site.post("/v1/jobs", json=HELLO, headers=headers))
    status, other = await told(site.post("/v1/jobs", json=HELLO | {"text": "Bye."}, headers=headers))

    assert first == again
    assert (status, other["error"]["reason"]) == (409, "idempotency_key_reuse")


async def test_of_many_with_one_key_one_job_comes(site):
    headers = {"Idempotency-Key": "abc"}
    answers = await asyncio.gather(*(told(site.post("/v1/jobs", json=HELLO, headers=headers)) for _ in range(100)))

    assert {status for status, _ in answers} <= {202, 409}
    assert len({body["id"] for status, body in answers if status == 202}) == 1
    assert {body["error"]["reason"] for status, body in answers if status == 409} <= {"request_in_progress"}
    assert len((await told(site.get("/v1/jobs")))[1]["jobs"]) == 1


async def test_audio_that_is_not_there_yet_is_told_so(site):
    _, job = await told(site.post("/v1/jobs", json=HELLO))
    status, body = await told(site.get(f"/v1/jobs/{job['id']}/audio"))

    assert (status, body["error"]["reason"], body["error"]["retryable"]) == (409, "not_ready", True)


async def test_a_job_that_failed_says_why(site):
    async with site.working():
        _, job = await told(site.post("/v1/jobs?wait=10", json=HELLO | {"voice": "broken"}))

    assert (job["state"], job["error"]["code"]) == ("failed", "internal_error")
    for way in ("audio", "stream"):
        status, body = await told(site.get(f"/v1/jobs/{job['id']}/{way}"))
        assert (status, body["error"]["reason"]) == (409, "job_failed")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("{", 400, "invalid_message"),
        ('"text"', 400, "invalid_message"),
        ("[" * 30_000, 400, "invalid_message"),
        ('{"text": 5}', 400, "invalid_message"),
        ('{"text": ' + "9" * 20_000 + "}", 400, "invalid_message"),
        (b"\xff\xfe", 400, "invalid_message"),
        ('{"text": "\\ud800"}', 400, "invalid_message"),
        (json.dumps(HELLO | {"text": ""}), 400, "invalid_setting"),
        (json.dumps(HELLO | {"speed": 9}), 400, "invalid_setting"),
        (json.dumps(HELLO | {"encoding": "opus", "sample_rate": 0}), 400, "unsupported_format"),
        (json.dumps(HELLO | {"voice": "nobody"}), 404, "unknown_voice"),
        (json.dumps(HELLO | {"text": "x" * 200_000}), 413, "message_too_large"),
    ],
)
async def test_bad_requests_are_refused_and_leave_no_job(site, body, status, reason):
    found, refusal = await told(site.post("/v1/jobs", data=body))

    assert (found, refusal["error"]["reason"]) == (status, reason)
    assert (await told(site.get("/v1/jobs")))[1]["jobs"] == []


@pytest.mark.parametrize(
    "path",
    [
        "?state=lost",
        "?limit=x",
        "?limit=nan",
        "?limit=1e400",
        "?after=a%00b",
        "?after=nobody",
        "/nobody",
        "/nobody?wait=-1",
        "/nobody/audio",
        "/a%00b",
        "/..%2f..%2f",
    ],
)
async def test_bad_questions_are_refused(site, path):
    async with site.get(URL(f"/v1/jobs{path}", encoded=True)) as reply:
        assert reply.status in (400, 404)
        assert b"Traceback" not in await reply.read()


@pytest.mark.parametrize("key", ["", "x" * 300])
async def test_an_idempotency_key_that_is_none_is_refused(site, key):
    status, _ = await told(site.post("/v1/jobs", json=HELLO, headers={"Idempotency-Key": key}))

    assert status == 400


async def test_with_keys_jobs_belong_to_theirs(site):
    (_, mine), (_, yours) = await site.keys.create("me"), await site.keys.create("you")
    status, _ = await told(site.post("/v1/jobs", json=HELLO))
    assert status == 401

    _, job = await told(site.post("/v1/jobs", json=HELLO, headers={"Authorization": f"Bearer {mine}"}))
    for path in ("", "/text", "/audio", "/stream"):
        status, _ = await told(site.get(f"/v1/jobs/{job['id']}{path}", headers={"Authorization": f"Bearer {yours}"}))
        assert status == 404
    status, _ = await told(site.delete(f"/v1/jobs/{job['id']}", headers={"Authorization": f"Bearer {yours}"}))
    assert status == 404
    status, _ = await told(site.get(f"/v1/jobs/{job['id']}", headers={"Authorization": f"Bearer {mine}"}))
    assert status == 200


async def test_a_job_is_paid_for_once_and_not_when_it_is_refused(site):
    record, key = await site.keys.create("me", plan="small")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "a"}
    for _ in range(3):
        assert (await told(site.post("/v1/jobs", json=HELLO, headers=headers)))[0] == 202
    status, _ = await told(site.post("/v1/jobs", json=HELLO | {"voice": "nobody"}, headers=headers))
    assert status == 404
    await site.tally.write()

    spent = await site.tally.ledger.spent(record.id)
    assert spent.characters == len(TEXT)
    async with site.working():
        _, job = await told(site.post("/v1/jobs?wait=10", json=HELLO, headers=headers))
    assert (await site.tally.ledger.spent(record.id)).audio_ms == round(1000 * job["audio"]["seconds"])

    headers["Idempotency-Key"] = "b"
    assert (await told(site.post("/v1/jobs", json=HELLO, headers=headers)))[0] == 202
    headers["Idempotency-Key"] = "c"
    assert (await told(site.post("/v1/jobs", json=HELLO, headers=headers)))[0] == 429


async def test_a_key_that_is_revoked_hears_no_more_of_a_job(site):
    record, key = await site.keys.create("me")
    authorization = {"Authorization": f"Bearer {key}"}
    wish = HELLO | {"voice": "gated"}
    _, job = await told(site.post("/v1/jobs", json=wish, headers=authorization))
    async with site.working(), site.watching():
        listening = asyncio.ensure_future(told(site.get(f"/v1/jobs/{job['id']}/stream", headers=authorization)))
        waiting = asyncio.ensure_future(told(site.get(f"/v1/jobs/{job['id']}?wait=60", headers=authorization)))
        async with asyncio.timeout(5):
            while site.door._at_once[record.id] < 2:  # noqa: ASYNC110 - the door tells nobody
                await asyncio.sleep(0.01)
        await site.keys.revoke(record.id)

        ends = await asyncio.wait_for(asyncio.gather(listening, waiting, return_exceptions=True), 5)
        # Whose connection ends without an answer may ask again by itself, and hears then why.
        assert all(isinstance(end, aiohttp.ClientError) or end[0] == 401 for end in ends)
    assert not site.door._at_once


async def test_what_a_job_has_cost_is_given_back_when_it_is_cancelled_or_fails(site):
    record, key = await site.keys.create("me")
    authorization = {"Authorization": f"Bearer {key}"}

    async def spent():
        return (await site.tally.ledger.spent(record.id)).characters

    _, job = await told(site.post("/v1/jobs", json=HELLO, headers=authorization))
    assert await spent() == len(TEXT)
    for _ in range(2):
        await told(site.post(f"/v1/jobs/{job['id']}/cancel", headers=authorization))
    assert await spent() == 0
    await told(site.delete(f"/v1/jobs/{job['id']}", headers=authorization))
    assert await spent() == 0

    async with site.working():
        nothing = HELLO | {"text": "... ..."}
        _, job = await told(site.post("/v1/jobs?wait=10", json=nothing, headers=authorization))
    assert job["state"] == "failed"
    assert await spent() == 0


async def test_a_request_that_is_repeated_is_answered_also_when_the_month_is_used_up(site):
    _, key = await site.keys.create("me", plan="small")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "a"}
    all_of_it = HELLO | {"text": "x" * 60}

    found = [await told(site.post("/v1/jobs", json=all_of_it, headers=headers)) for _ in range(2)]

    assert [status for status, _ in found] == [202, 202]
    assert found[0][1]["id"] == found[1][1]["id"]
    assert (await told(site.post("/v1/jobs", json=all_of_it, headers=headers | {"Idempotency-Key": "b"})))[0] == 429


async def test_who_asks_to_wait_too_long_has_made_no_job(site):
    assert (await told(site.post("/v1/jobs?wait=999", json=HELLO)))[0] == 400
    assert (await told(site.get("/v1/jobs")))[1]["jobs"] == []
