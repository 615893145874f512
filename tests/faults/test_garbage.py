"""Bytes that no client of ours would send: the right answer, in bounded time and memory, and everybody else goes on."""

import asyncio
import os
import socket
import struct
import time

import msgspec
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

SOON = 1.0
MEGABYTE = 1 << 20
OPEN = b'{"type":"open_context","context_id":"a","output":{"encoding":"pcm_s16le"}}'
TEXT, BINARY = 1, 2


def close_code(received):
    """Of the close frame, which is the last thing that a server says; 0 when it hung up without one."""
    at = received.rfind(b"\x88")
    return struct.unpack_from(">H", received, at + 2)[0] if at >= 0 else 0


def append(text):
    return b'{"type":"append_text","context_id":"a","text":' + text + b"}"


UNREADABLE = {
    "no json": b"hello",
    "an array": b"[1]",
    "an empty frame": b"",
    "no type": b'{"context_id":"a"}',
    "an unknown type": b'{"type":"shutdown"}',
    "a wrong type": b'{"type":"open_context","context_id":7}',
    "a wrong type inside": b'{"type":"open_context","context_id":"a","output":{"sample_rate":"24000"}}',
    "deep json": append(b"[" * 30_000 + b"]" * 30_000),
    "deep json in an unknown field": b'{"type":"flush","context_id":"a","x":' + b'{"y":' * 9_000 + b"1" + b"}" * 9_000,
    "a number of 20,000 digits": b'{"type":"clear","context_id":"a","played_ms":' + b"9" * 20_000 + b"}",
    "an integer of 20,000 digits for a rate": b'{"type":"open_context","context_id":"a","output":{"sample_rate":'
    + b"9" * 20_000
    + b"}}",
    "NaN": b'{"type":"clear","context_id":"a","played_ms":NaN}',
    "half a surrogate": append(b'"\\ud800"'),
}


@pytest.fixture
async def talk(gateway, bystanders, raw):
    """Says something on a connection of its own and hears the answer out; the gateway must not mind."""

    async def say(sent, *, upgrade=True, hang_up=False):
        started, before = time.monotonic(), server.rss()
        one = raw(server)
        received = await asyncio.to_thread(converse, one, sent, upgrade, hang_up)
        assert time.monotonic() - started < SOON
        assert server.rss() - before < 5 * MEGABYTE
        return received

    async with gateway("pace=1") as server, bystanders(server):
        yield say


def converse(one, sent, upgrade, hang_up):
    if upgrade:
        one.upgrade()
    one.send(sent)
    if hang_up:
        one.socket.shutdown(socket.SHUT_WR)
    return one.read_to_end()


async def test_a_message_that_cannot_be_read_ends_its_connection_with_1007(talk, frame):
    for what, message in UNREADABLE.items():
        received = await talk(frame(TEXT, OPEN) + frame(TEXT, message))

        assert close_code(received) == 1007, what
        assert b"invalid_message" in received, what


async def test_the_frames_that_the_protocol_forbids_end_a_connection_with_its_code(talk, frame):
    too_large = frame(TEXT, append(b'"' + b"a" * 65_536 + b'"'))
    table = [
        (1007, frame(TEXT, b'{"type":"flush","context_id":"\xff"}')),
        (1003, frame(BINARY, b"\x00\x01")),
        (1009, too_large),
        (1009, frame(TEXT, b"{", announced=1 << 30)),
        (1009, frame(TEXT, b"{", announced=(1 << 63) - 1)),
        (1002, frame(TEXT | 0x40, b"{}")),  # a reserved bit
        (1002, frame(3, b"")),  # an unknown opcode
        (1002, frame(9, b"p" * 126)),  # a control frame that is too long
        (1002, frame(0, b"x")),  # goes on with what never began
    ]
    codes = [close_code(await talk(sent)) for _, sent in table]

    assert codes == [code for code, _ in table]


async def test_random_bytes_are_no_handshake_and_no_frames(talk):
    for number in range(20):
        noise = os.urandom(200 + 50 * number)
        refused = await talk(noise + b"\r\n\r\n", upgrade=False)
        assert not refused or b" 400 " in refused.partition(b"\r\n")[0]
        assert close_code(await talk(noise, hang_up=True)) in {0, 1002, 1003, 1007, 1009}


async def test_what_is_odd_but_readable_is_spoken(gateway):
    """Duplicate keys: the last wins. Unknown fields are ignored. U+0000 is not spoken."""
    async with gateway("pace=0") as server, connect(server.url + "/v1/stream?audio=single") as socket:
        await socket.send(OPEN.decode().replace('"output"', '"future":{"a":[1]},"output"'))
        await socket.send(
            '{"type":"append_text","context_id":"z","context_id":"a","text":"no","text":"Nul \\u0000 is."}'
        )
        await socket.send('{"type":"close_context","context_id":"a"}')
        audio, kinds = await _everything(socket)

        assert kinds[-2:] == ["context_done", "session_done"]
        assert "failed" not in kinds
        assert audio == pcm("Nul is.")


async def test_ten_thousand_tiny_messages_at_once_are_answered_in_order(gateway, client):
    async with gateway("pace=0") as server, client(server) as one, client(server) as other:
        await one.open()
        undisturbed = await other.open()
        before, started = server.rss(), time.monotonic()
        for number in range(10_000):
            await one.send("append_text", context_id="a", text="abcdefghij"[number % 10])
        await other.finish("Somebody else.")
        await other.heard("context_done")
        assert undisturbed.longest_gap < 1.0
        await one.send("clear", context_id="a")
        cleared = await one.heard("cleared")

        assert cleared["heard"] + cleared["unheard"] == "abcdefghij" * 1_000
        assert time.monotonic() - started < 10.0
        assert server.rss() - before < 20 * MEGABYTE


async def test_half_a_million_characters_are_taken_and_one_more_is_refused(gateway, client):
    """Listened to with a bound on the lead, so that nearly all of it waits."""
    async with gateway("pace=1") as server, client(server) as one, client(server) as other:
        stream = await one.open(max_lead=1)
        before = server.rss()
        for _ in range(10):
            await one.send("append_text", context_id="a", text="many words " * 4_545)  # 49,995
        await one.send("append_text", context_id="a", text="x" * 40)
        undisturbed = await other.open()
        await other.finish("Somebody else.")
        await other.heard("context_done")
        assert undisturbed.longest_gap < 1.0
        assert bytes(undisturbed.pcm) == pcm("Somebody else.")
        grown = server.rss() - before
        assert stream.find("failed") is None
        await one.send("append_text", context_id="a", text="more than is allowed " * 200)
        failed = await one.heard("failed")

        assert failed["error"]["reason"] == "text_too_long"
        assert one.closed is None
        assert grown < 30 * MEGABYTE


async def _everything(socket):
    audio, kinds = b"", []
    try:
        while True:
            message = await socket.recv()
            if isinstance(message, bytes):
                audio += message
            else:
                kinds.append(msgspec.json.decode(message)["type"])
    except ConnectionClosed:
        return audio, kinds
