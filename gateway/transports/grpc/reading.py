"""A request that cannot be read is an invalid message: gRPC itself would say UNKNOWN, with a traceback in the log."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from gateway.errors import InvalidMessage
from gateway.transports.grpc.call import fail


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Instead of a request."""

    error: DecodeError


class ReadableRequests(grpc.aio.ServerInterceptor):
    """For methods with one request; in a stream GrpcWire tells it."""

    async def intercept_service(
        self, continuation: Callable[[Any], Awaitable[Any]], details: grpc.HandlerCallDetails
    ) -> Any:
        handler = await continuation(details)
        if handler is None or handler.request_streaming:
            return handler
        kind = "unary_stream" if handler.response_streaming else "unary_unary"
        serve = _serve_readable(getattr(handler, kind))
        return handler._replace(request_deserializer=_read_with(handler.request_deserializer), **{kind: serve})


def _read_with(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    def read_or_note(request: bytes) -> Any:
        try:
            return read(request)
        except DecodeError as error:
            return Unreadable(error)

    return read_or_note


def _serve_readable(serve: Callable[[Any, Any], Awaitable[Any]]) -> Callable[[Any, Any], Awaitable[Any]]:
    async def serve_readable(request: Any, context: Any) -> Any:
        if isinstance(request, Unreadable):
            await fail(context, InvalidMessage(f"not a message of this protocol: {request.error}"))
        return await serve(request, context)

    return serve_readable
