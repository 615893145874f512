"""Where LiveKit Inference's clients ask."""

import msgspec

from gateway.dialects.livekit.sockets import LivekitDialect
from gateway.dialects.one_shot import http_status
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Refusal, Request, Socket, Surface
from gateway.errors import SpeechError


class Error(msgspec.Struct, frozen=True):
    message: str
    code: str


class ErrorReply(msgspec.Struct, frozen=True):
    error: Error


class Opening(msgspec.Struct, frozen=True):
    model: str = ""


def _open(request: Request) -> LivekitDialect:
    return LivekitDialect(request.query.get("model", ""), request.id)


def _refuse(error: SpeechError) -> Refusal:
    """The client reads the status."""
    return Refusal(http_status(error), ErrorReply(Error(error.message, error.reason)))


LIVEKIT = Surface(
    _refuse,
    sockets={"/v1/tts": Socket(_open, shape=Shape("LiveKit Inference's protocol", query=Opening))},
    name="LiveKit",
    error=ErrorReply,
)
