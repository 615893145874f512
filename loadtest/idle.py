"""What an idle connection costs: so many WebSockets that have been greeted and say nothing."""

import asyncio
import resource
from dataclasses import dataclass

import uvloop

from loadtest import websocket
from loadtest.processes import costs
from loadtest.wire import Fields, LostError

SETTLE = 2.0  # seconds until the server's memory has come to rest
AT_ONCE = 50  # connections on their way at the same time: a listen backlog is 128


@dataclass(frozen=True, slots=True)
class Idle:
    """Resident bytes of the gateway before and with the connections."""

    connections: int
    before: int
    after: int

    @property
    def bytes_each(self) -> float:
        return (self.after - self.before) / self.connections


class IdleListener:
    """The inbox of a connection that is greeted, and left alone."""

    def __init__(self) -> None:
        self.greeted = asyncio.Event()
        self.story = ""

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:  # noqa: ARG002 - an Inbox
        self.story = "audio for nobody"

    def message(self, kind: str, fields: Fields) -> None:  # noqa: ARG002 - an Inbox
        self.greeted.set()

    def broken(self, story: str) -> None:
        self.story = story

    def lost(self, story: str) -> None:
        self.story = story or "it ended"
        self.greeted.set()


def measure(url: str, server_pid: int, connections: int) -> Idle:
    """Raises LostError when the server drops one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return uvloop.run(_measure(url, server_pid, connections))


async def _measure(url: str, server_pid: int, connections: int) -> Idle:
    await _connect(url)  # what a server loads for its first client is not the price of a connection
    before = costs(server_pid)["gateway"].rss
    gate = asyncio.Semaphore(AT_ONCE)

    async def connect() -> tuple[websocket.WebSocket, IdleListener]:
        async with gate:
            return await _connect(url)

    idle = await asyncio.gather(*(connect() for _ in range(connections)))
    await asyncio.sleep(SETTLE)
    after = costs(server_pid)["gateway"].rss
    stories = [listener.story for _, listener in idle if listener.story]
    for wire, _ in idle:
        wire.abort()
    if stories:
        raise LostError(f"{len(stories)} of {connections} did not last: {stories[0]}")
    return Idle(connections, before, after)


async def _connect(url: str) -> tuple[websocket.WebSocket, IdleListener]:
    listener = IdleListener()
    wire = await websocket.connect(f"{url}/v1/stream?audio=binary", listener)
    await listener.greeted.wait()
    return wire, listener
