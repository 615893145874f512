"""The gRPC client: one call on a channel of its own, as a client on another machine would have."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from grpc import aio

from loadtest.wire import Fields, Inbox, LostError
from protos import speech_pb2, speech_pb2_grpc

CONNECT_TIMEOUT = 30.0
# One connection per client: channels of one process share theirs otherwise.
CHANNEL_OPTIONS = (("grpc.use_local_subchannel_pool", 1),)


class Call:
    def __init__(self, channel: aio.Channel, inbox: Inbox, api_key: str) -> None:
        self._channel = channel
        self._inbox = inbox
        self._words: asyncio.Queue[speech_pb2.ClientMessage] = asyncio.Queue()
        stub = speech_pb2_grpc.SpeechStub(channel)
        metadata = (("authorization", f"Bearer {api_key}"),) if api_key else ()
        self._call = stub.StreamingSynthesize(self._outgoing(), metadata=metadata)
        self._reading = asyncio.get_running_loop().create_task(self._read())

    def send(self, kind: str, fields: Fields) -> None:
        message = speech_pb2.ClientMessage()
        part = getattr(message, kind)
        part.SetInParent()
        part.MergeFrom(type(part)(**fields))
        self._words.put_nowait(message)

    def abort(self) -> None:
        self._reading.cancel()
        self._call.cancel()

    async def closed(self) -> None:
        await asyncio.wait([self._reading])
        await self._channel.close()

    async def _outgoing(self) -> AsyncIterator[speech_pb2.ClientMessage]:
        while True:
            message = await self._words.get()
            yield message
            if message.HasField("close_session"):
                return

    async def _read(self) -> None:
        try:
            async for message in self._call:
                self._hear(message)
        except aio.AioRpcError as error:
            self._inbox.lost(f"{error.code().name}: {error.details()}")
        else:
            self._inbox.lost("")

    def _hear(self, message: speech_pb2.ServerMessage) -> None:
        kind = message.WhichOneof("message")
        if kind == "audio":
            audio = message.audio
            self._inbox.audio(audio.context_id, audio.sequence, audio.flush_id, audio.audio)
        elif kind is None:
            self._inbox.broken("an empty message")
        else:
            self._inbox.message(kind, _fields(getattr(message, kind)))


async def connect(address: str, inbox: Inbox, api_key: str = "") -> Call:
    """Raises LostError when nobody answers."""
    channel = aio.insecure_channel(address, options=CHANNEL_OPTIONS)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            await channel.channel_ready()
    except (TimeoutError, grpc.RpcError) as error:
        await channel.close()
        raise LostError(f"{type(error).__name__}: {error}") from error
    return Call(channel, inbox, api_key)


def _fields(message: Any) -> dict[str, Any]:
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
