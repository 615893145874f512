import asyncio
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.metrics import Metrics
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import News, Outbox, enqueue
from gateway.webhooks.sender import Sender


@dataclass
class Receiver:
    """Somebody's server. answers: statuses, the last one from then on; a status of 0 never answers."""

    answers: list = field(default_factory=lambda: [200])
    heard: list = field(default_factory=list)  # (headers, body)
    url: str = ""

    async def hear(self, request):
        self.heard.append((request.headers, await request.text()))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not status:
            await asyncio.Event().wait()
        return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/{path:.*}", receiver.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def writing(tmp_path):
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/voxgate.db")
    yield Writing(database)
    await database.dispose()


@pytest.fixture
def addresses():
    return Addresses(allow_private=True)


@pytest.fixture
def endpoints(writing, addresses, clock):
    return Endpoints(writing, addresses, clock)


@pytest.fixture
def outbox(writing):
    return Outbox(writing)


@pytest.fixture
async def sender(outbox, endpoints, addresses, clock):
    sender = Sender(outbox, endpoints, addresses, Metrics(), clock)
    async with sender.session() as http:
        sender_due = sender.send_due
        yield lambda: sender_due(http)


@pytest.fixture
def tell(writing, clock):
    """tell(owner, event, body): as a job would, in a transaction of its own."""

    async def tell_one(owner="a", event="job.completed", body=None, url=""):
        async with writing.begin() as connection:
            return await enqueue(connection, News(owner, event, body or {"event": event}, url), clock())

    return tell_one
