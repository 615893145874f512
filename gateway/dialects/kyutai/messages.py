"""What moshi-server and its clients write: msgpack maps with a `type`, or nothing but text and audio.

Numbers are written as the server's own language does: samples as 32 bit floats, bytes as a list of numbers.
"""

import re
import struct
from collections.abc import Sequence
from xml.sax.saxutils import escape, unescape  # only writes; nothing is parsed

import msgspec

from gateway.errors import InvalidMessage

RATE = 24_000
FRAME = 1_920  # samples, 80 ms: a player's block, which takes no other
BYTES = 4 * FRAME
BREAK = re.compile(r"<break\s+time=\"([0-9.]{1,20})s\"\s*/>")
LONGEST_BREAK = 10.0  # seconds

SAMPLES = struct.Struct(f"<{FRAME}f")
FLOAT32 = 0xCA  # msgpack: a float of 32 bits follows, the high byte first
ELEMENTS = struct.Struct(">" + "Bf" * FRAME)
ARRAY16 = b"\xdc" + struct.pack(">H", FRAME)
AUDIO = msgspec.msgpack.encode({"type": "Audio", "pcm": []})[:-1]


class Text(msgspec.Struct, frozen=True, tag=True):
    text: str


class Voice(msgspec.Struct, frozen=True, tag=True):
    """An embedding of a voice, which no engine here takes."""


class Eos(msgspec.Struct, frozen=True, tag=True):
    """The end of the text."""


MESSAGES = msgspec.msgpack.Decoder(Text | Voice | Eos)
END = b"\0"  # Eos for those who write no msgpack


def read(frame: str | bytes) -> Text | Voice | Eos:
    """Raises InvalidMessage."""
    if isinstance(frame, str):
        return Text(frame)
    if frame == END:
        return Eos()
    try:
        message: Text | Voice | Eos = MESSAGES.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidMessage(f"not a message of this protocol: {str(error)[:200]}") from error
    return message


def write(kind: str, **fields: object) -> bytes:
    return msgspec.msgpack.encode({"type": kind, **fields})


def write_samples(frame: bytes) -> bytes:
    """f32le, as many as a frame has."""
    values: list[float] = [FLOAT32] * (2 * FRAME)
    values[1::2] = SAMPLES.unpack(frame)
    return AUDIO + ARRAY16 + ELEMENTS.pack(*values)


def as_ssml(text: str) -> str:
    """Words, a space behind them: each message has whole ones. Pauses are all the markup that there is."""
    parts = BREAK.split(text)  # text, seconds, text, ...
    written = [_break(part) if place % 2 else escape(part) for place, part in enumerate(parts)]
    return "".join(written).strip() + " "


def as_word(ssml: str) -> str:
    """What the client called it."""
    return unescape(ssml)


def _break(seconds: str) -> str:
    try:
        return f'<break time="{min(float(seconds), LONGEST_BREAK):g}s"/>'
    except ValueError:
        return " "


class Frames:
    """Audio in frames of the one length that there is."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, audio: bytes) -> Sequence[bytes]:
        whole = self._rest + audio
        end = len(whole) - len(whole) % BYTES
        self._rest = whole[end:]
        return [whole[start : start + BYTES] for start in range(0, end, BYTES)]

    def finish(self) -> Sequence[bytes]:
        """What is left, filled up with silence."""
        rest, self._rest = self._rest, b""
        return [rest.ljust(BYTES, b"\0")] if rest else []
