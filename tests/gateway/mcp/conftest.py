"""The real transport on a real socket, with the echo for workers, and the official SDK's client."""

import asyncio
import json
import time
from contextlib import asynccontextmanager

import aiohttp
import httpx2
import pytest
from aiohttp import web
from described import as_described
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

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
from gateway.dialects.paths import DESKS
from gateway.dialects.surface import Settings
from gateway.door import Door
from gateway.jobs.bells import Bells
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.library import Library
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.runner import Runner
from gateway.shared_counters import ConnectionCounter
from gateway.transports.desks import DeskTransport
from gateway.transports.library import LibraryTransport
from gateway.transports.mcp import McpTransport
from gateway.transports.reception import Reception
from gateway.transports.request import sign_replies
from gateway.webhooks.addresses import Addresses

RATE = 24_000
MODES = ("auto", "legacy")
PLANS_HERE = {
    **PLANS,
    "small": Plan(monthly_characters=60),
    "few": Plan(requests="3/minute"),
    "two": Plan(concurrent=2),
}


class Site:
    """A gateway that serves MCP, and the ways to ask it."""

    def __init__(self, address, keys, synth, workshop, door, bells):
        self.url = f"http://{address}"
        self.keys, self.synth, self.workshop, self.door = keys, synth, workshop, door
        self._bells = bells

    def waiting(self):
        """Calls that wait for a job's end, and at this moment for nothing else."""
        return sum(map(len, self._bells._waiting.values()))

    @asynccontextmanager
    async def connect(self, key="", mode="auto", **settings):
        """The SDK's client, at /mcp."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{self.url}/mcp", http_client=http), mode=mode, **settings) as client,
        ):
            yield client

    @asynccontextmanager
    async def working(self):
        """Jobs are spoken; a workshop that breaks ends the test."""
        async with asyncio.TaskGroup() as tasks:
            work = tasks.create_task(self.workshop.run())
            yield
            work.cancel()

    async def post(self, body, path="/mcp", **headers):
        """(status, body, headers) of one request that the SDK's client would not make."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        headers = {"Content-Type": "application/json", **headers}
        async with aiohttp.ClientSession() as http, http.post(self.url + path, data=data, headers=headers) as reply:
            return reply.status, await reply.read(), reply.headers

    async def get(self, url):
        async with aiohttp.ClientSession() as http, http.get(url) as reply:
            return reply.status, await reply.read()


@pytest.fixture
async def site(gateway, tmp_path, sqlite_url):
    gateway.synth.sample_at(RATE)
    database = await open_database(sqlite_url)
    writing, bells, synth, metrics = Writing(database), Bells(), gateway.synth, gateway.metrics
    records, store = Records(writing, time.time), AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))
    jobs = Jobs(records, store, bells, synth, Limits(), metrics, link_life=60.0)
    runner = Runner(PatientSynth(synth), gateway.encoders, metrics, Limits(), 5.0, live=False)
    keys, tally = KeyStore(database), Tally(Ledger(writing))
    tokens = TokenStore(writing, keys)
    allowance = Allowance(PLANS_HERE, open_rates("memory://"), tally)
    door = Door(Authenticator(keys, tokens, WrongAttempts()), allowance, ConnectionCounter(limit=2000), gateway.runner)
    workshop = Workshop(Leases(writing, time.time), store, runner, bells, metrics, 2)
    app = web.Application(client_max_size=1_000_000)
    app.middlewares.append(as_described)
    sign_replies(app)
    mcp = McpTransport(
        door, jobs, Library(writing, store), tokens, Settings(), longest=1_000_000, origins=["https://app.example.com"]
    )
    mcp.add_routes(app)
    reception = Reception(door, lambda: jobs.synth.catalog, Settings())
    DeskTransport(reception, jobs, tokens, Addresses()).add_routes(app, DESKS)
    LibraryTransport(store).add_routes(app)
    served = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    await served.setup()
    await web.TCPSite(served, "127.0.0.1", 0).start()
    yield Site(f"127.0.0.1:{served.addresses[0][1]}", keys, synth, workshop, door, bells)
    await served.cleanup()
    await database.dispose()


@pytest.fixture(params=MODES)
def mode(request):
    """The protocol as it is without sessions, and as it was with a handshake."""
    return request.param
