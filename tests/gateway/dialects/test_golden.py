"""Conversations word for word: each file in golden/ is played against the real runner.

    # path /v1/stream?audio=base64      what the client connects to
    # grace 0                           the operator's settings, where they matter
    # rate 24000                        of the voices, in Hz, where a protocol has no other
    > {"type":...}                      the client sends a text frame; lines without `<` between them go out at once
    > binary 0a0b                       ... a binary frame, in hex
    > hang up                           ... nothing more
    < {"type":...}                      and hears exactly this
    < binary 0a0b
    < close 1000                        the connection ends

The voice is an echo: PCM audio, decoded from base64 or hex, is the text. An odd text has a space more. What is no
WebSocket is written as wires.py says.
"""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from wires import WIRES

from gateway.core.events import Limits
from gateway.dialects import Close
from gateway.dialects.paths import SURFACES
from gateway.dialects.surface import Request, Settings

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.txt"))
GRACE = 60.0


def settings_of(lines):
    """`# name value` before the first line that is said."""
    settings = {}
    for line in lines:
        if not line.startswith("#"):
            break
        name, _, value = line[1:].strip().partition(" ")
        settings[name] = value
    return settings


def connect_to(settings, catalog):
    url = urlsplit(settings["path"])
    for surface in SURFACES:
        for pattern, socket in surface.sockets.items():
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern), url.path)
            if found:
                settings_ = Settings(float(settings.get("grace", GRACE)))
                query = dict(parse_qsl(url.query, keep_blank_values=True))
                return socket.open(Request(found.groupdict(), query, {}, catalog, settings_, "req"))
    raise AssertionError(f"nobody answers at {url.path}")


def frame_of(said):
    return bytes.fromhex(said.removeprefix("binary ")) if said.startswith("binary ") else said


def written(frame):
    if isinstance(frame, Close):
        return f"close {frame.code} {frame.reason}".rstrip()
    return frame if isinstance(frame, str) else f"binary {frame.hex()}"


def script_of(settings, catalog):
    if "wire" in settings:
        return WIRES[settings["wire"]](catalog)
    return SimpleNamespace(dialect=connect_to(settings, catalog), frame_of=frame_of, written=written)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
async def test_the_client_hears_what_the_transcript_says(file, new_gateway):
    lines = file.read_text(encoding="utf-8").splitlines()
    settings = settings_of(lines)
    gateway = new_gateway(limits=Limits(max_contexts=int(settings.get("max_contexts", Limits().max_contexts))))
    gateway.synth.sample_at(int(settings.get("rate", 8000)))
    script = script_of(settings, gateway.synth.catalog)
    heard = 0
    async with gateway.connect(script.dialect) as wire:
        for line in lines:
            if line == "> hang up":
                wire.hang_up()
            elif line.startswith("> "):
                wire.say(script.frame_of(line[2:]))
            elif line.startswith("< "):
                heard += 1
                await wire.sent.length(heard)
                assert script.written(wire.sent[heard - 1]) == line[2:]
        async with asyncio.timeout(1):
            await wire.session
    assert [script.written(frame) for frame in wire.sent[heard:]] == [], "nothing is said beyond the transcript"
