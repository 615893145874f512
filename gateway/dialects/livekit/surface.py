"""Where LiveKit Inference's clients ask."""

from gateway.dialects.livekit.sockets import LivekitDialect
from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal, Request, Socket, Surface
from gateway.errors import SpeechError


def _open(request: Request) -> LivekitDialect:
    return LivekitDialect(request.query.get("model", ""), request.id)


def _refuse(error: SpeechError) -> Refusal:
    """The client reads the status."""
    return Refusal(http_status(error), {"error": {"message": error.message, "code": error.reason}})


LIVEKIT = Surface(_refuse, sockets={"/v1/tts": Socket(_open)})
