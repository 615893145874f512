"""What a client says over gRPC, and what it hears."""

import asyncio

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from protos import speech_pb2 as pb

PCM = {"encoding": "pcm_s16le", "sample_rate": 8000}
SERVICE = "voxgate.v1.Speech"


def message(name, **fields):
    return ParseDict({name: fields}, pb.ClientMessage())


def opening(voice="ann", context_id="a", **fields):
    return message("open_context", context_id=context_id, voice=voice, output=PCM, **fields)


async def hear(call):
    """Everything that is said until the call ends; its status is not asked for."""
    async with asyncio.timeout(5):
        return [reply async for reply in call]


async def hear_until(call, name):
    async with asyncio.timeout(5):
        while (reply := await call.read()).WhichOneof("message") != name:
            pass
        return getattr(reply, name)


async def failure(call):
    """The status of a call that fails, and its details by their type."""
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await hear(call)
    return failed.value, details_of(failed.value)


def details_of(error):
    details = {}
    for packed in rpc_status.from_call(error).details:
        kind = packed.TypeName().rpartition(".")[2]
        details[kind] = getattr(error_details_pb2, kind)()
        packed.Unpack(details[kind])
    return details


def kinds(replies):
    return [reply.WhichOneof("message") for reply in replies]


def said(replies):
    return b"".join(reply.audio.audio for reply in replies).decode().rstrip()


def request(text="Hello. How are you?", **fields):
    return ParseDict({"text": text, "context": {"output": PCM, **fields}}, pb.SynthesizeRequest())
