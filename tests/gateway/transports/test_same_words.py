"""One conversation over WebSocket and over gRPC."""

import asyncio
import json

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.gateway.transports.over_grpc import PCM, message

SCRIPT = [
    {"type": "open_context", "context_id": "a", "voice": "ann", "words": True, "output": PCM},
    {"type": "open_context", "context_id": "b", "voice": "nobody"},
    {"type": "open_context", "context_id": "c", "voice": "broken", "output": PCM},
    {"type": "append_text", "context_id": "a", "text": "Hello there. "},
    {"type": "append_text", "context_id": "a", "text": "Über 3 Grüße!"},
    {"type": "flush", "context_id": "a"},
    "flush_done",
    {"type": "clear", "context_id": "a", "played_ms": 0.5},
    "cleared",
    {"type": "append_text", "context_id": "c", "text": "Oh no."},
    {"type": "flush", "context_id": "c"},
    "context_done",
    {"type": "keep_alive", "context_id": "nobody"},
    {"type": "append_text", "context_id": "a", "text": "Once more."},
    {"type": "close_context", "context_id": "a"},
    "context_done",
    {"type": "close_session"},
    "session_done",
]


async def play_over_websocket(site):
    trace = []
    async with connect(f"ws://{site.address}/v1/stream") as socket:
        for step in SCRIPT:
            if isinstance(step, dict):
                await socket.send(json.dumps(step))
                continue
            trace.append(json.loads(await socket.recv()))
            while trace[-1]["type"] != step or trace[-1].get("context_id") == "b":
                trace.append(json.loads(await socket.recv()))
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    return trace


async def play_over_grpc(site):
    trace = []
    call = site.speech.StreamingSynthesize()
    for step in SCRIPT:
        if isinstance(step, dict):
            fields = {name: value for name, value in step.items() if name != "type"}
            await call.write(message(step["type"], **fields))
            continue
        trace.append(await read(call))
        while trace[-1]["type"] != step or trace[-1].get("context_id") == "b":
            trace.append(await read(call))
    assert await call.read() is grpc.aio.EOF
    assert await call.code() == grpc.StatusCode.OK
    return trace


async def read(call):
    reply = await call.read()
    kind = reply.WhichOneof("message")
    fields = MessageToDict(
        getattr(reply, kind), preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return {"type": kind, **fields}


def by_context(trace):
    """What each context hears, in order: contexts take turns as they come. Without what only JSON has: the handle of
    binary frames; null is protobuf's empty string.
    """
    heard = {}
    for event in trace:
        fields = {name: "" if value is None else value for name, value in event.items() if name != "handle"}
        heard.setdefault(fields.get("context_id", ""), []).append(fields)
    return heard


async def test_a_conversation_is_the_same_over_both_transports(site):
    async with asyncio.timeout(10):
        over_websocket = await play_over_websocket(site)
        over_grpc = await play_over_grpc(site)

    assert by_context(over_websocket) == by_context(over_grpc)
    assert {event["type"] for event in over_grpc} == {
        "session_opened",
        "context_opened",
        "audio",
        "words",
        "flush_done",
        "cleared",
        "context_done",
        "warned",
        "failed",
        "session_done",
    }
