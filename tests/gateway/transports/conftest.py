"""The real transports on real sockets, with the echo for workers; and clients that are not ours."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from described import as_described
from grpc import aio

from gateway.accounts.addresses import Proxies
from gateway.accounts.allowance import Allowance
from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.authenticator import Authenticator
from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import PLANS
from gateway.accounts.rates import open_rates
from gateway.accounts.tally import Tally
from gateway.accounts.tokens import TokenStore
from gateway.accounts.usage import Ledger
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.dialects.paths import DESKS, SURFACES
from gateway.dialects.surface import Settings
from gateway.door import Door
from gateway.porch import PLACES, Porch
from gateway.shared_counters import ConnectionCounter
from gateway.transports.absent import AbsentTransport
from gateway.transports.cors import Cors
from gateway.transports.grpc.server import GrpcTransport
from gateway.transports.health import HealthTransport
from gateway.transports.http import HttpTransport
from gateway.transports.own_words import own_words
from gateway.transports.request import TRUSTED, sign_replies
from gateway.transports.webhooks import WebhookTransport
from gateway.transports.websocket import WebSocketTransport
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Outbox
from gateway.webhooks.webhooks import Webhooks
from protos import speech_pb2_grpc

MAX_MESSAGE = 65_536
MAX_BODY = 200_000


@dataclass
class Site:
    """A serving gateway, and what a client needs to speak with it."""

    gateway: Any
    door: Door
    keys: KeyStore
    tally: Tally
    http: aiohttp.ClientSession  # knows the address
    channel: aio.Channel
    address: str  # host:port of HTTP and WebSocket
    grpc_address: str

    @property
    def synth(self):
        return self.gateway.synth

    @property
    def speech(self):
        return speech_pb2_grpc.SpeechStub(self.channel)


@pytest.fixture
async def open_site(new_gateway, sqlite_url):
    """open_site(max_connections=..., surfaces=..., plans=..., **the gateway's): a context that yields a Site.

    strangers: who may come without a key; cors: origins; proxies: networks that are trusted.
    """

    @asynccontextmanager
    async def open_one(
        max_connections=100,
        surfaces=SURFACES,
        plans=MappingProxyType({}),
        places=PLACES,
        strangers=None,
        cors=(),
        proxies=(),
        **settings,
    ):
        gateway = new_gateway(**settings)
        database = await open_database(sqlite_url)
        keys = KeyStore(database)
        writing = Writing(database)
        tokens, tally = TokenStore(writing, keys), Tally(Ledger(writing))
        allowance = Allowance({**PLANS, **plans}, open_rates("memory://"), tally, strangers)
        connections = ConnectionCounter(limit=max_connections)
        authenticator = Authenticator(keys, tokens, WrongAttempts(), strangers)
        door = Door(authenticator, allowance, connections, gateway.runner, Porch(places))
        app = web.Application(client_max_size=MAX_BODY)
        app.middlewares.append(as_described)
        app.middlewares.append(own_words)
        sign_replies(app)
        Cors(cors).watch(app)
        app[TRUSTED] = Proxies(proxies)
        WebSocketTransport(door, surfaces, MAX_MESSAGE, Settings()).add_routes(app)
        HttpTransport(door, surfaces, gateway.synth, tokens, Settings()).add_routes(app)
        HealthTransport(gateway.runner, gateway.metrics).add_routes(app)
        webhooks = Webhooks(writing, Endpoints(writing, Addresses()), Outbox(writing))
        WebhookTransport(door, webhooks).add_routes(app)
        AbsentTransport(door).add_routes(app, (*surfaces, *DESKS))
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2, auto_decompress=False
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        grpc = GrpcTransport(door, gateway.synth, max_message_size=MAX_MESSAGE, reuse_port=False)
        grpc_address = f"127.0.0.1:{await grpc.start('127.0.0.1', 0, None)}"
        watching = asyncio.ensure_future(grpc.watch())
        address = f"127.0.0.1:{runner.addresses[0][1]}"
        async with (
            aiohttp.ClientSession(f"http://{address}") as http,
            aio.insecure_channel(grpc_address) as channel,
        ):
            yield Site(gateway, door, keys, tally, http, channel, address, grpc_address)
        watching.cancel()
        await grpc.stop()
        await runner.cleanup()
        await database.dispose()

    return open_one


@pytest.fixture
async def site(open_site):
    async with open_site() as site:
        yield site
