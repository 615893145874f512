import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.metrics import Metrics
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import News, Outbox, enqueue
from gateway.webhooks.post import Post
from gateway.webhooks.sender import Sender


@dataclass
class Receiver:
    """Somebody's server. answers: statuses, the last one from then on; a status of 0 never answers."""

    answers: list = field(default_factory=lambda: [200])
    heard: list = field(default_factory=list)  # (headers, body)
    url: str = ""
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, number):
        """So many have come."""
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                self.news.clear()
                await self.news.wait()

    async def hear(self, request):
        self.heard.append((request.headers, await request.text()))
        self.news.set()
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not status:
            await asyncio.Event().wait()
        return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})


@pytest.fixture
async def new_receiver():
    """new_receiver(*answers)"""
    async with AsyncExitStack() as stack:

        async def open_one(*answers):
            return await stack.enter_async_context(_open(Receiver(list(answers or (200,)))))

        yield open_one


@pytest.fixture
async def receiver(new_receiver):
    return await new_receiver()


@asynccontextmanager
async def _open(receiver):
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
async def writing(sqlite_url):
    database = await open_database(sqlite_url)
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
def post(outbox, endpoints, addresses, clock):
    return Post(outbox, endpoints, addresses, Metrics(), clock)


@pytest.fixture
async def sender(post, outbox, clock):
    """sender(): sends what is due now, once; how many that was."""
    async with post.session(16) as http:

        async def send_due():
            due = await outbox.claim(clock(), 16)
            await asyncio.gather(*(post.send(http, delivery) for delivery in due))
            return len(due)

        yield send_due


@pytest.fixture
async def sending(post):
    """The sender at work, beside the test."""
    work = asyncio.create_task(Sender(post).run())
    yield
    work.cancel()
    await asyncio.wait([work])


@pytest.fixture
def tell(writing, clock):
    """tell(owner, event, body): as a job would, in a transaction of its own."""

    async def tell_one(owner="a", event="job.completed", body=None, url=""):
        async with writing.begin() as connection:
            return await enqueue(connection, News(owner, event, body or {"event": event}, url), clock())

    return tell_one
