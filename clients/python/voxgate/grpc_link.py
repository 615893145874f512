"""The same words over gRPC (protos/speech.proto)."""

import asyncio
from typing import Any, cast
from urllib.parse import urlsplit

import grpc
import msgspec
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2
from grpc import aio

from protos import speech_pb2, speech_pb2_grpc
from voxgate.commands import Command
from voxgate.errors import SpeechError, connect_failed
from voxgate.events import MESSAGES, Audio, Failed, Limits, Message, SessionOpened

Call = aio.StreamStreamCall[speech_pb2.ClientMessage, speech_pb2.ServerMessage]

MAX_MESSAGE = 16 * 1024 * 1024
OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.keepalive_time_ms", 30_000),  # a peer that vanished is noticed; the gateway minds no pings
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.enable_retries", 0),  # nothing is spoken twice behind our back
)
RETRYABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED)


async def open_link(url: str, api_key: str | None, timeout: float) -> "GrpcLink":  # noqa: ASYNC109 - handed on
    """Raises SpeechError when nobody answers, or when the answer is no. timeout: seconds until the first message."""
    target = urlsplit(url)
    channel = (
        aio.secure_channel(target.netloc, grpc.ssl_channel_credentials(), options=OPTIONS)
        if target.scheme == "grpcs"
        else aio.insecure_channel(target.netloc, options=OPTIONS)
    )
    metadata = (("authorization", f"Bearer {api_key}"),) if api_key else ()
    call = speech_pb2_grpc.SpeechStub(channel).StreamingSynthesize(metadata=metadata)
    link = GrpcLink(channel, call)
    try:
        async with asyncio.timeout(timeout):
            await link.greet()
    except TimeoutError as late:
        await link.close()
        raise connect_failed(url, f"no answer within {timeout:g} s") from late
    except SpeechError as error:
        await link.close()
        raise (connect_failed(url, error) if error.reason == "connection_lost" else error) from error
    return link


class GrpcLink:
    def __init__(self, channel: aio.Channel, call: Call) -> None:
        self.limits = Limits()
        self._channel = channel
        self._call = call
        self._writing = asyncio.Lock()
        self._torn = False

    async def greet(self) -> None:
        """Waits for the server's first message."""
        message = await self.receive()
        if isinstance(message, Failed):
            raise SpeechError.of(message.error)
        if not isinstance(message, SessionOpened):
            raise SpeechError("INTERNAL", "invalid_reply", f"the server began with {type(message).__name__}")
        self.limits = message.limits

    async def send(self, command: Command) -> None:
        # gRPC cancels the whole call when a task that writes is cancelled, and a barge-in cancels just such a task.
        await asyncio.shield(self._write(encode(command)))

    async def receive(self) -> Message:
        while True:
            try:
                reply = await self._call.read()
            except aio.AioRpcError as error:
                raise await self._failure() from error
            if reply is aio.EOF:
                raise await self._failure()
            message = decode(cast("speech_pb2.ServerMessage", reply))
            if message is not None:
                return message

    async def close(self) -> None:
        self._call.cancel()
        await self._channel.close()

    async def _write(self, message: speech_pb2.ClientMessage) -> None:
        async with self._writing:
            try:
                await self._call.write(message)
            except (aio.AioRpcError, asyncio.InvalidStateError):
                self._torn = True  # the call is over; `receive` hears of it too, and tells

    async def _failure(self) -> SpeechError:
        """The call's status as our error. Its reason stands in an ErrorInfo, if the gateway sent one."""
        code, message = await self._call.code(), await self._call.details()
        if code is grpc.StatusCode.OK:
            return SpeechError("UNAVAILABLE", "connection_closed", "the server ended the call", retryable=True)
        reason = _reason(await self._call.trailing_metadata())
        # gRPC itself calls a write to a broken connection INTERNAL.
        if not reason and (code is grpc.StatusCode.UNAVAILABLE or (code is grpc.StatusCode.INTERNAL and self._torn)):
            return SpeechError("UNAVAILABLE", "connection_lost", message or "the connection broke", retryable=True)
        return SpeechError(code.name, reason or code.name.lower(), message or code.name, retryable=code in RETRYABLE)


def encode(command: Command) -> speech_pb2.ClientMessage:
    fields: dict[str, Any] = msgspec.to_builtins(command)
    message: dict[str, Any] = {fields.pop("type"): fields}
    return speech_pb2.ClientMessage(**message)


def decode(reply: speech_pb2.ServerMessage) -> Message | None:
    """None for a message that this version does not know."""
    kind = reply.WhichOneof("message")
    if kind is None:
        return None
    if kind == "audio":  # the only one that is frequent, and bytes that JSON would turn into text
        audio = reply.audio
        return Audio(audio.context_id, audio.flush_id, audio.sequence, audio.audio)
    body = getattr(reply, kind)
    fields = MessageToDict(body, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    if not fields.get("context_id"):
        fields.pop("context_id", None)  # about the session
    return msgspec.convert(fields, MESSAGES[kind])


def _reason(trailers: aio.Metadata | None) -> str:
    details = trailers.get("grpc-status-details-bin") if trailers else None
    info = error_details_pb2.ErrorInfo()
    packed = status_pb2.Status.FromString(details).details if isinstance(details, bytes) else ()
    return next((info.reason for detail in packed if detail.Unpack(info)), "")
