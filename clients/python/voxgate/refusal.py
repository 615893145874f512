"""What a gateway says when it refuses over HTTP."""

import msgspec


class _Error(msgspec.Struct):
    message: str


class _Refusal(msgspec.Struct):
    error: _Error


def refusal(body: bytes | bytearray) -> str:
    """The message in a JSON error, empty when the body is something else."""
    try:
        return msgspec.json.decode(body, type=_Refusal).error.message
    except msgspec.MsgspecError:
        return ""
