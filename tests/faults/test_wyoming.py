"""Home Assistant's port, where anybody may connect: whatever is sent and however it ends, nothing is left behind."""

import asyncio
import random
import socket
import struct

import pytest
from wyoming.client import AsyncTcpClient
from wyoming.tts import SynthesizeChunk, SynthesizeStart, SynthesizeStop

from loadtest.processes import free_port

pytestmark = pytest.mark.slow

TEXT = b"This is a sentence of some length, and here is more. And a sentence behind it. "
SAID = (
    b'{"type":"synthesize","data":{"text":"%s"}}\n' % TEXT,
    b'{"type":"synthesize","data":{"text":"Hello.","voice":{"name":"nobody"}}}\n',
    b'{"type":"synthesize-start"}\n{"type":"synthesize-chunk","data":{"text":"%s"}}\n' % TEXT,
    b'{"type":"synthesize-stop"}\n',
    b'{"type":"describe"}\n',
    b'{"type":"ping"}\n' * 50,
    b'{"type":"audio-chunk","payload_length":60000}\n' + b"x" * 30_000,
    b"no event\n",
    b"x" * 200_000,
)
FEW = 10  # files that a server may have open later than at its start: of its database, of the metrics
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what is unsent is dropped, and the peer hears a reset


async def visit(port, dice):
    """Says some of it, hears some of the answers, and goes, often without a goodbye."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    if dice.random() < 0.6:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    for _ in range(dice.randint(1, 4)):
        writer.write(dice.choice(SAID))
        try:
            async with asyncio.timeout(dice.random() * 0.05):
                await reader.read(1000)
        except (TimeoutError, ConnectionError):
            pass  # it heard nothing, or was shown the door
    writer.transport.abort()


async def test_whoever_comes_and_however_they_go_nothing_is_left_behind(gateway, bystanders, until):
    port = free_port()
    async with gateway("pace=1", f"--wyoming-port={port}") as server, bystanders(server):
        before = server.process.num_fds()
        for seed in range(20):
            dice = random.Random(seed)
            await asyncio.gather(*(visit(port, dice) for _ in range(20)))

        await until(lambda: server.metric("streams_active") == 4, 5.0, "the bystanders alone")
        await until(lambda: server.process.num_fds() < before + FEW, 5.0, "the end of 400 connections")


async def test_a_turn_is_spoken_to_its_end_while_the_server_goes_away(gateway):
    port = free_port()
    async with gateway("espeak", f"--wyoming-port={port}") as server:
        async with AsyncTcpClient("127.0.0.1", port, read_timeout=10) as client:
            await client.write_event(SynthesizeStart().event())
            await client.write_event(SynthesizeChunk("The first sentence is heard. ").event())
            while (await client.read_event()).type != "audio-chunk":
                pass
            server.process.terminate()
            await client.write_event(SynthesizeChunk("So is the second.").event())
            await client.write_event(SynthesizeStop().event())
            heard = []
            while (event := await client.read_event()) is not None:
                heard.append(event)

        assert [event.type for event in heard[-2:]] == ["audio-stop", "synthesize-stopped"]
        assert heard[-2].data["timestamp"] > 2000
