"""A client whose segments are read like iterators."""

import asyncio
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from gateway.core.events import SegmentDone, SegmentFailed
from gateway.workers.synth_client import SynthClient
from tests.gateway.workers.scripted import worker


class ReadClient(SynthClient):
    """synthesize: what is said of a segment; all_serve: returns when every worker does."""

    def __init__(self, addresses, **settings):
        self._news = asyncio.Event()
        super().__init__(addresses, **settings)

    def synthesize(self, request):
        return Speech(self, request)

    async def all_serve(self):
        while not all(self.serving):
            self._news.clear()
            await self._news.wait()

    def calls(self):
        """Segments under way, for each worker."""
        return [worker.calls for worker in self._workers]

    def _on_serving(self):
        super()._on_serving()
        self._news.set()


class Speech:
    """Messages in the order heard; there is room only for what is waited for. Closing it abandons the segment."""

    def __init__(self, client, request):
        self._heard = asyncio.Queue()
        self._over = False
        self._speaking = client.speak(request, self._hear)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._over:
            raise StopAsyncIteration
        if self._heard.empty():
            self._speaking.resume()
        try:
            message = await self._heard.get()
        except asyncio.CancelledError:
            await self.aclose()
            raise
        self._over = isinstance(message, SegmentDone | SegmentFailed)
        return message

    async def aclose(self):
        self._over = True
        self._speaking.abandon()

    def _hear(self, message):
        self._heard.put_nowait(message)
        return False


@pytest.fixture
def read_client():
    return ReadClient


@pytest.fixture
def client_of(read_client):
    """client_of(*addresses, **settings)"""

    @asynccontextmanager
    async def make(*addresses, **settings):
        client = read_client(addresses, **settings)
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(client.run())
                yield client
                watch.cancel()
        finally:
            await client.close()

    return make


@pytest.fixture
def client_and_workers(client_of, folder):
    """client_and_workers(*scripts, **settings): a client that knows that all of them serve, and the workers."""

    @asynccontextmanager
    async def make(*scripts, **settings):
        async with AsyncExitStack() as stack:
            addresses = [f"unix:{folder}/{number}" for number in range(len(scripts))]
            workers = [await stack.enter_async_context(worker(*each)) for each in zip(addresses, scripts, strict=True)]
            client = await stack.enter_async_context(client_of(*addresses, **settings))
            await client.all_serve()
            yield client, *workers

    return make


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as path:  # short: a socket's path has at most 107 bytes
        yield path
