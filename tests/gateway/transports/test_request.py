import asyncio

import pytest
import uvloop

from gateway.transports.request import abort


async def hear_the_end():
    """What a client reads of a connection that the server aborts while it has more to say."""

    async def serve(_reader, writer):
        writer.write(b"Hello.")
        await writer.drain()
        abort(writer.transport)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, asyncio.timeout(5):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            return await reader.read()
        except ConnectionError:
            return None
        finally:
            writer.close()


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_a_connection_can_be_aborted_on_every_loop(loop):
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(hear_the_end()) in (None, b"Hello.")
