"""What a frame may be and what becomes of a connection that says another."""

import json

import pytest

from tests.gateway.transports.over_websocket import OPENING, PATHS, append, hear, hear_until, order, to


@pytest.mark.parametrize("path", PATHS)
async def test_a_message_above_the_limit_is_1009(site, path):
    async with to(site, path) as socket:
        await socket.send("x" * 65_537)

        assert (await hear(socket))[1] == 1009


@pytest.mark.parametrize("path", PATHS)
async def test_text_that_is_not_utf_8_is_1007(site, path):
    async with to(site, path) as socket:
        await socket.send(b'{"text":"\xff"}', text=True)

        assert (await hear(socket))[1] == 1007


@pytest.mark.parametrize("path", PATHS)
async def test_a_binary_message_is_1003(site, path):
    async with to(site, path) as socket:
        await socket.send(b"Hello.")

        assert (await hear(socket))[1] == 1003


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "7", "null", "[" * 60_000, '{"text":' + "9" * 20_000 + "}", '{"text":NaN}', '{"text":"\\ud800"}'],
    ids=["nothing", "half", "list", "number", "null", "deep", "digits", "nan", "half a character"],
)
async def test_a_message_that_makes_no_sense_is_1007(site, path, frame):
    async with to(site, path) as socket:
        await socket.send(frame)

        assert (await hear(socket))[1] == 1007


async def test_a_message_just_below_the_limit_is_taken(site):
    async with to(site) as socket:
        await socket.send(OPENING)
        await socket.send(append("word " * 13_000))
        await socket.send(order("clear"))

        assert (await hear_until(socket, "cleared"))["context_id"] == "a"


async def test_a_long_reason_is_cut_between_two_characters(site):
    """123 bytes at most; half a character would make the client take the goodbye for nonsense."""
    async with to(site, "/api/v1/tts/stream") as socket:
        await socket.send(json.dumps({"text": "Hello.", "voice_id": "€" * 80, "flush": True}))
        _, code = await hear(socket)

    assert code == 1008
    assert socket.close_reason.startswith("no voice is named '€€€")
