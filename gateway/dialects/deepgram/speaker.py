"""The context in which turns are spoken. A change of speed needs another one, as soon as nothing is to come of it."""

from dataclasses import replace

from gateway.core import events
from gateway.dialects.deepgram.speeds import check_speed


class Speaker:
    def __init__(self, opening: events.OpenContext, speed: float) -> None:
        """opening: without a name and a speed."""
        self._opening = opening
        self._speed = speed
        self._number = 0
        self._opened_speed: float | None = None  # None: none is open

    @property
    def name(self) -> str:
        """Of the latest."""
        return str(self._number)

    @property
    def is_open(self) -> bool:
        return self._opened_speed is not None

    def open(self, *, busy: bool) -> list[events.Command]:
        """Nothing if it is open. busy: something of it is to come."""
        if self._opened_speed == self._speed or (self.is_open and busy):
            return []
        closing = [events.CloseContext(self.name)] if self.is_open else []
        self._number += 1
        self._opened_speed = self._speed
        return [*closing, replace(self._opening, context_id=self.name, speed=self._speed)]

    def end(self, context_id: str) -> None:
        """It has ended, which may be one before."""
        if context_id == self.name:
            self._opened_speed = None

    def configure(self, speed: float | None) -> events.Answer:
        wrong = None if speed is None else check_speed(speed)
        if wrong is not None:
            failure = {"code": wrong.code, "field": "speed", "value": speed, "description": wrong.description}
            return events.Answer(None, {"type": "ConfigureFailure", **failure})
        self._speed = self._speed if speed is None else speed
        return events.Answer(None, {"type": "ConfigureSuccess", "applied": {"speed": self._speed}})
