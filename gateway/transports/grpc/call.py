"""A call as a conversation of the runner, and an error as its status, with google.rpc.ErrorInfo and RetryInfo."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from gateway.accounts.authenticator import Credentials
from gateway.accounts.plans import Scope
from gateway.dialects import Close, Dialect
from gateway.door import Door
from gateway.errors import Code, InternalError, InvalidMessage, SpeechError, TooSlow

KEYS = ("xi-api-key", "x-api-key", "x-goog-api-key")  # metadata, beside authorization; the last is Google's clients'
DOMAIN = "voxgate"  # of google.rpc.ErrorInfo
FIRST_TIME = 0.5  # seconds for the first request of somebody who is turned away
STATUS = {code: grpc.StatusCode[code] for code in Code}


class GrpcWire:
    """A call as a conversation. error: what ended the session; it becomes the call's status."""

    def __init__(self, requests: AsyncIterator[Any], write: Callable[[Any], Awaitable[None]]) -> None:
        self._requests = requests
        self._write = write
        self.error: SpeechError | None = None

    async def frames(self) -> AsyncIterator[Any]:
        """The requests, then None: the client has said all that it will say, and still listens. Raises InvalidMessage
        for what is none.
        """
        try:
            async for message in self._requests:
                yield message
        except DecodeError as error:
            raise InvalidMessage(f"not a message of this protocol: {error}") from error
        yield None
        await asyncio.Event().wait()  # if it goes away the call's task is cancelled

    async def hear_first(self) -> None:
        """Before a refusal. A Python client on asyncio takes a status that comes while it writes for an internal error
        of its own: https://github.com/grpc/grpc/issues/36066.
        """
        with suppress(TimeoutError, StopAsyncIteration, DecodeError):
            async with asyncio.timeout(FIRST_TIME):
                await anext(aiter(self._requests))

    async def send(self, frame: Any) -> None:
        if isinstance(frame, SpeechError):
            self.error = frame
            return
        try:
            await self._write(frame)
        except (grpc.aio.InternalError, grpc.aio.UsageError) as error:  # how gRPC says that the call is over
            raise ConnectionError("the client is gone") from error

    async def close(self, _close: Close) -> None:
        """The call ends when the session does."""

    def abort(self) -> None:
        self.error = TooSlow("the client did not read")


@dataclass(frozen=True, slots=True)
class Calls:
    """How every service's calls are served."""

    door: Door

    async def stream(self, requests: AsyncIterator[Any], context: Any, dialect: Dialect[Any, Any]) -> None:
        """A conversation whose replies are written to the call as they come."""
        await self._converse(GrpcWire(requests, context.write), context, dialect)

    async def answer(self, request: Any, context: Any, dialect: Dialect[Any, Any]) -> Any:
        """The one reply to one request."""
        replies: list[Any] = []

        async def keep(reply: Any) -> None:
            replies.append(reply)

        await self._converse(GrpcWire(_only(request), keep), context, dialect)
        return replies[0]

    async def look_up(self, context: Any, answer: Callable[[], Any]) -> Any:
        """What needs no conversation."""
        try:
            async with self.door.enter(credentials_of(context), Scope.VOICES):
                return answer()
        except SpeechError as error:
            await fail(context, error)

    async def _converse(self, wire: GrpcWire, context: Any, dialect: Dialect[Any, Any]) -> None:
        try:
            async with self.door.enter(credentials_of(context)) as visit:
                # By itself: a first write that is cancelled half-way leaves a call that no status can end.
                await context.send_initial_metadata(())
                await visit.converse(wire, dialect)
        except SpeechError as error:
            wire.error = error
            await wire.hear_first()
        except BaseExceptionGroup:  # a bug: the client learns that much, gRPC logs the rest
            with suppress(grpc.aio.AbortError):
                await fail(context, InternalError("internal error"))
            raise
        if wire.error is not None:
            await fail(context, wire.error)


async def _only(request: Any) -> AsyncIterator[Any]:
    yield request


def credentials_of(context: Any) -> Credentials:
    found = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
    address = context.peer().partition(":")[2].rpartition(":")[0]
    key = next(filter(None, (found.get(name, "") for name in KEYS)), "")
    return Credentials(address, found.get("authorization", ""), key)


async def fail(context: Any, error: SpeechError) -> NoReturn:
    """Ends the call with the error as its status."""
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
