"""What a client of /v2/speak says, and the smallest things that it hears."""

from typing import Annotated

import msgspec

from gateway.core import events
from gateway.dialects.deepgram.ledger import Said, warning
from gateway.errors import InvalidMessage

LONGEST = 1 << 53  # milliseconds; what a float still counts one by one


class Offset(msgspec.Struct, frozen=True):
    value: Annotated[int, msgspec.Meta(le=LONGEST)]
    type: str = "time_ms"

    @property
    def milliseconds(self) -> int:
        """Raises InvalidMessage for any other measure."""
        if self.type != "time_ms":
            raise InvalidMessage("playback_offset is of type time_ms")
        return self.value


class Message(msgspec.Struct, frozen=True):
    type: str
    text: str | None = None
    playback_offset: Offset | None = None
    speed: float | None = None


MESSAGE = msgspec.json.Decoder(Message)


def warn(code: str, description: str) -> events.Answer:
    return events.Answer(None, warning(code, description))


def told(code: str, description: str) -> Said:
    return {"type": "Error", "code": code, "description": description}
