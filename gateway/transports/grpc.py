"""gRPC clients: protos/speech.proto, health and reflection. Statuses carry google.rpc.ErrorInfo and RetryInfo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status

from gateway.accounts.authenticator import Credentials
from gateway.dialects import Close
from gateway.dialects.native.proto import NativeProtoDialect
from gateway.door import Door
from gateway.errors import Code, InternalError, SpeechError, TooSlow
from gateway.runner import Synthesizer
from protos import speech_pb2 as pb
from protos import speech_pb2_grpc

DOMAIN = "voxgate"  # of google.rpc.ErrorInfo
HEALTH_INTERVAL = 0.5  # seconds between two looks at the workers
STATUS = {code: grpc.StatusCode[code] for code in Code}

# Without these a half-open peer is never noticed; with them its call is cancelled within about 15 s.
KEEPALIVE = [
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),  # gRPC's own pings wait a minute, and keepalive waits behind them
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.http2.max_ping_strikes", 0),
]


class GrpcWire:
    """A call as a conversation. error: what ended the session; it becomes the call's status."""

    def __init__(self, requests: AsyncIterator[pb.ClientMessage], context: Any) -> None:
        self._requests = requests
        self._context = context
        self.error: SpeechError | None = None

    async def frames(self) -> AsyncIterator[pb.ClientMessage]:
        async for message in self._requests:
            yield message
        # The client has said all it will say, and still listens; if it goes away the call's task is cancelled.
        yield pb.ClientMessage(close_session=pb.CloseSession())
        await asyncio.Event().wait()

    async def send(self, frame: pb.ServerMessage | SpeechError) -> None:
        if isinstance(frame, SpeechError):
            self.error = frame
            return
        try:
            await self._context.write(frame)
        except (grpc.aio.InternalError, grpc.aio.UsageError) as error:  # how gRPC says that the call is over
            raise ConnectionError("the client is gone") from error

    async def close(self, _close: Close) -> None:
        """The call ends when the session does."""

    def abort(self) -> None:
        self.error = TooSlow("the client did not read")


@dataclass(frozen=True, slots=True)
class SpeechServicer(speech_pb2_grpc.SpeechServicer):
    door: Door
    synth: Synthesizer

    # The generated names, and coroutines that write to the context, which grpc.aio takes as well as iterators.
    async def StreamingSynthesize(self, request_iterator: Any, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        await self._converse(request_iterator, context, NativeProtoDialect())

    async def Synthesize(self, request: pb.SynthesizeRequest, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        await self._converse(_conversation(request), context, NativeProtoDialect(one_text=True))

    async def ListVoices(self, request: pb.ListVoicesRequest, context: Any) -> pb.ListVoicesResponse:  # noqa: N802
        try:
            async with self.door.enter(_credentials(context)):
                found = self.synth.catalog.select(
                    language=request.language, gender=request.gender, engine=request.engine
                )
        except SpeechError as error:
            await _fail(context, error)
        return pb.ListVoicesResponse(voices=[_voice(voice) for voice in found])

    async def _converse(
        self, requests: AsyncIterator[pb.ClientMessage], context: Any, dialect: NativeProtoDialect
    ) -> None:
        wire = GrpcWire(requests, context)
        try:
            async with self.door.enter(_credentials(context)):
                # By itself: a first write that is cancelled half-way leaves a call that no status can end.
                await context.send_initial_metadata(())
                await self.door.runner.run_session(wire, dialect)
        except SpeechError as error:
            wire.error = error
        except BaseExceptionGroup:  # a bug: the client learns that much, gRPC logs the rest
            with suppress(grpc.aio.AbortError):
                await _fail(context, InternalError("internal error"))
            raise
        if wire.error is not None:
            await _fail(context, wire.error)


class GrpcTransport:
    def __init__(self, servicer: SpeechServicer, *, max_message_size: int, reuse_port: bool) -> None:
        self._servicer = servicer
        self._health = health.aio.HealthServicer()
        options = [
            *KEEPALIVE,
            ("grpc.max_receive_message_length", max_message_size),
            ("grpc.so_reuseport", int(reuse_port)),
        ]
        self._server = grpc.aio.server(options=options)
        speech_pb2_grpc.add_SpeechServicer_to_server(servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self, host: str, port: int, tls: tuple[bytes, bytes] | None) -> int:
        """Listens; the port, which was 0 for any. tls: (certificate chain, private key), PEM. Raises OSError."""
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            if tls is None:
                bound = self._server.add_insecure_port(address)
            else:
                chain, key = tls
                bound = self._server.add_secure_port(address, grpc.ssl_server_credentials([(key, chain)]))
        except RuntimeError as error:
            raise OSError(f"gRPC cannot listen on {address}: {error}") from error
        await self._server.start()
        return bound

    async def watch(self) -> None:
        """Keeps the health service true; runs until cancelled."""
        while True:
            runner, synth = self._servicer.door.runner, self._servicer.synth
            serving = synth.ready and not runner.draining
            status = health_pb2.HealthCheckResponse.ServingStatus
            for name in ("", SERVICE):
                await self._health.set(name, status.SERVING if serving else status.NOT_SERVING)
            await asyncio.sleep(HEALTH_INTERVAL)

    async def stop(self) -> None:
        await self._server.stop(grace=None)


SERVICE = pb.DESCRIPTOR.services_by_name["Speech"].full_name


async def _conversation(request: pb.SynthesizeRequest) -> AsyncIterator[pb.ClientMessage]:
    """One text, known whole: the client waits for all of it, so nothing bounds how far ahead it is made."""
    opened = pb.OpenContext()
    opened.CopyFrom(request.context)
    opened.context_id = opened.context_id or "request"
    if not opened.HasField("max_lead"):
        opened.max_lead = 0
    yield pb.ClientMessage(open_context=opened)
    yield pb.ClientMessage(append_text=pb.AppendText(context_id=opened.context_id, text=request.text))
    yield pb.ClientMessage(close_context=pb.CloseContext(context_id=opened.context_id))


def _credentials(context: Any) -> Credentials:
    found = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
    address = context.peer().partition(":")[2].rpartition(":")[0]
    key = found.get("xi-api-key", "") or found.get("x-api-key", "")
    return Credentials(address, found.get("authorization", ""), key)


def _voice(voice: Any) -> pb.Voice:
    return pb.Voice(
        name=voice.name,
        engine=voice.engine,
        language=voice.language,
        gender=voice.gender,
        display_name=voice.display_name,
        sample_rate=voice.sample_rate,
    )


async def _fail(context: Any, error: SpeechError) -> NoReturn:
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN)
    info.metadata["audio_sent_ms"] = f"{error.audio_sent_ms:g}"
    details = [AnyMessage(), AnyMessage()] if error.retryable else [AnyMessage()]
    details[0].Pack(info)
    if error.retryable:
        delay = Duration()
        delay.FromMilliseconds(round(1000 * error.retry_in))
        details[1].Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    status = status_pb2.Status(code=code_pb2.Code.Value(error.code), message=error.message, details=details)
    trailing = rpc_status.to_status(status).trailing_metadata
    await context.abort(STATUS[error.code], error.message, trailing)
    raise AssertionError("abort raises")
