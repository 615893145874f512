"""A relay before the gateway, which counts what connects to it.

Whether a client kept its socket is thus not left to the client to say.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

SIZE = 65_536


class Relay:
    """Passes bytes on to a port of this machine, from an address that can be changed: wrong keys are counted by it."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.connections = 0
        self.source = "127.0.0.1"
        self._target = target
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    async def serve(self, listening: threading.Event) -> None:
        """Until `end`."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        await self._ended.wait()
        server.close()

    def end(self) -> None:
        """From another thread."""
        assert self._loop
        self._loop.call_soon_threadsafe(self._ended.set)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with closing(writer):
            onward = await asyncio.open_connection("127.0.0.1", self._target, local_addr=(self.source, 0))
            with closing(onward[1]):
                ways = [asyncio.create_task(_pass(reader, onward[1])), asyncio.create_task(_pass(onward[0], writer))]
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(SIZE):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return  # either end may hang up


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    passing, listening = Relay(target), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(passing.serve(listening)))
    thread.start()
    listening.wait()
    try:
        yield passing
    finally:
        passing.end()
        thread.join()
