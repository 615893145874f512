"""Jobs whose gateway, worker or database dies."""

import asyncio
import json
import urllib.request

import pytest

from loadtest.jobs.plan import Plan
from loadtest.jobs.run import run
from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A first sentence that is some seconds long. And a second one is on its way. And a third one. "
RAW = {"encoding": "pcm_s16le", "sample_rate": 24_000}


async def submit(server, **body):
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/v1/jobs", json.dumps(RAW | body).encode())
    with await asyncio.to_thread(urllib.request.urlopen, request) as reply:
        return json.load(reply)


def job(server, job_id):
    status, body = server.get(f"/v1/jobs/{job_id}")
    return json.loads(body) if status == 200 else {"state": status}


async def ended(server, until, job_id, within=40.0):
    await until(lambda: job(server, job_id)["state"] in ("completed", "failed"), within, "the job's end")
    return job(server, job_id)


def audio(server, job_id, way="audio"):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/v1/jobs/{job_id}/{way}") as reply:
        return reply.read()


async def test_a_worker_that_is_killed_is_not_heard_in_the_file(gateway, until):
    async with gateway("pace=0.3") as server:
        made = await submit(server, text=TEXT * 3)
        for spoken in (20, 100):
            await until(lambda enough=spoken: job(server, made["id"])["spoken"] > enough, 20.0, "progress")
            (worker,) = await until(server.workers, 10.0)
            worker.kill()
        done = await ended(server, until, made["id"])

        assert (done["state"], done["attempts"]) == ("completed", 1)
        assert audio(server, made["id"]) == pcm(TEXT * 3)


async def test_a_gateway_that_is_told_to_stop_leaves_its_jobs_to_the_next(gateway, until):
    async with gateway("pace=0.3") as server:
        made = await submit(server, text=TEXT * 2)
        await until(lambda: job(server, made["id"])["state"] == "processing", 10.0)
    async with gateway("pace=0") as server:
        done = await ended(server, until, made["id"], within=8.0)  # no lease has to run out

        assert (done["state"], done["attempts"]) == ("completed", 1)
        assert audio(server, made["id"]) == pcm(TEXT * 2)


async def test_a_job_is_heard_while_it_is_made_and_by_another_process_too(gateway):
    async with gateway("pace=0.1", "--processes=2") as server:
        made = await submit(server, text=TEXT * 3)
        heard = await asyncio.gather(*(asyncio.to_thread(audio, server, made["id"], "stream") for _ in range(4)))

        assert set(heard) == {pcm(TEXT * 3)}


async def test_a_database_that_is_restarted_loses_no_job(gateway, until, postgres):
    url = await postgres.new_database("restarted")
    async with gateway("pace=0.3", database_url=url) as server:
        made = [await submit(server, text=TEXT) for _ in range(4)]
        await until(lambda: job(server, made[0]["id"])["spoken"] > 10, 20.0)
        await asyncio.to_thread(postgres.stop)
        await until(lambda: server.get("/v1/jobs")[0] == 503, 20.0)
        assert json.loads(server.get("/v1/jobs")[1])["error"]["reason"] in ("jobs_unavailable", "keys_unavailable")
        await asyncio.to_thread(postgres.start)

        for each in made:
            assert (await ended(server, until, each["id"]))["state"] == "completed"
            assert audio(server, each["id"]) == pcm(TEXT)


def test_gateways_that_are_killed_again_and_again_lose_nothing_on_sqlite():
    found = run(Plan(jobs=60, kills=6))

    assert found.summary() | {"faults": {}} == found.summary()
    assert (found.kills, len(found.ledger.ends)) == (6, 60)


async def test_nor_on_postgresql(postgres):
    url = await postgres.new_database("killed")
    found = await asyncio.to_thread(run, Plan(jobs=60, kills=6, database=url))

    assert found.summary() | {"faults": {}} == found.summary()
    assert (found.kills, len(found.ledger.ends)) == (6, 60)
