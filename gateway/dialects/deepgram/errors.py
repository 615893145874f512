"""How Deepgram tells an error: before a stream as the reply and in `dg-error`, which clients of sockets read; in a
stream as the reason of the close.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.dialects import Close
from gateway.dialects.one_shot import http_status
from gateway.dialects.surface import Refusal
from gateway.errors import Code, InvalidMessage, SpeechError, TextTooLong, UnsupportedFormat, close_code

BAD_REQUEST = 400
CODES: Mapping[Code, str] = MappingProxyType(
    {
        Code.INVALID_ARGUMENT: "INVALID_QUERY_PARAMETER",
        Code.NOT_FOUND: "INVALID_QUERY_PARAMETER",
        Code.FAILED_PRECONDITION: "CONFLICT",
        Code.PERMISSION_DENIED: "INSUFFICIENT_PERMISSIONS",
        Code.RESOURCE_EXHAUSTED: "TOO_MANY_REQUESTS",
        Code.UNAUTHENTICATED: "INVALID_AUTH",
        Code.UNAVAILABLE: "SERVICE_UNAVAILABLE",
        Code.ABORTED: "INTERNAL_SERVER_ERROR",
        Code.UNIMPLEMENTED: "NOT_IMPLEMENTED",
        Code.INTERNAL: "INTERNAL_SERVER_ERROR",
    }
)


class ErrorReply(msgspec.Struct, frozen=True, omit_defaults=True):
    err_code: str
    err_msg: str
    request_id: str = ""


def refuse(error: SpeechError) -> Refusal:
    """A voice is a model, and one that is not there a wrong parameter."""
    status = BAD_REQUEST if error.code is Code.NOT_FOUND else http_status(error)
    body = ErrorReply(_code(error), error.message)
    return Refusal(
        status, body, {"dg-error": in_header(error.message)}, id_field="request_id", id_header="dg-request-id"
    )


def net_code(error: SpeechError) -> str:
    """What is wrong with the client's data, with its amount, or on our side."""
    if isinstance(error, TextTooLong):
        return "BIG-0000"
    return "DATA-0000" if error.code in (Code.INVALID_ARGUMENT, Code.NOT_FOUND) else "NET-0000"


def close(error: SpeechError) -> Close:
    return Close(close_code(error), f"{net_code(error)}: {error.message}")


def _code(error: SpeechError) -> str:
    if isinstance(error, UnsupportedFormat):
        return "UNSUPPORTED_AUDIO_FORMAT"
    return "PAYLOAD_ERROR" if isinstance(error, InvalidMessage) else CODES[error.code]


def in_header(text: str) -> str:
    """As the value of a header can be: a client's own words may be in it."""
    return "".join(character if " " <= character <= "~" else "?" for character in text)
