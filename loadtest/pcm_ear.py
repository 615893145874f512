"""Judges PCM at 24 kHz as it comes: byte for byte what the tone engine makes of the text, in order, all of it, once."""

from collections.abc import Callable

import numpy as np

from loadtest.faults import Fault
from loadtest.signature import BLOCK_BYTES, SAMPLE_RATE, block, pcm
from loadtest.turn import Onset

BYTES_PER_SECOND = 2 * SAMPLE_RATE
TAIL = 480  # bytes, 10 ms: enough to know a place again
FRAME = BYTES_PER_SECOND // 50  # the rest of a flush may share a frame with what follows


class PcmEar:
    def __init__(self, note: Callable[[Fault, str], None]) -> None:
        self.onset = Onset()
        self._note = note
        self._characters = ""
        self._heard = 0  # bytes
        self._start = 0  # where the text after the last clear begins, characters
        self._lost = False  # one fault per stretch of text: after it nothing fits

    def append(self, characters: str) -> None:
        self._characters += characters

    def take(self, payload: bytes) -> float:
        size = len(payload)
        if size % 2:
            self._tell(Fault.ODD_BYTES, f"{size} bytes")
        if not self._lost and self._expected(self._heard, size) != payload:
            self._judge(payload)
        self._heard += size
        if not self.onset.found and size % 2 == 0:
            self.onset.hear(np.frombuffer(payload, "<i2"), SAMPLE_RATE)
        return size / BYTES_PER_SECOND

    def flush_ended(self, position: int) -> None:
        missing = position * BLOCK_BYTES - self._heard
        if not 0 <= missing < FRAME:
            self._tell_difference(missing, f"at the end of a flush of {position - self._start} characters")

    def ended(self, position: int) -> None:
        if missing := position * BLOCK_BYTES - self._heard:
            self._tell_difference(missing, "at the end of the context")

    def skip(self, position: int) -> None:
        self._start = position
        self._heard = position * BLOCK_BYTES
        self._lost = False

    def judge(self) -> None:
        """Everything has been judged as it came."""

    def _expected(self, start: int, size: int) -> bytes:
        first, offset = divmod(start, BLOCK_BYTES)
        end = offset + size
        if end <= BLOCK_BYTES and first < len(self._characters):
            return block(self._characters[first])[offset:end]
        last = first + -(-end // BLOCK_BYTES)
        return pcm(self._characters[first:last])[offset:end]

    def _judge(self, payload: bytes) -> None:
        """Names a mismatch by whether the payload's end is anywhere in what this context was to hear."""
        stream = pcm(self._characters)
        begin = self._start * BLOCK_BYTES
        after_clear = bool(self._start) and self._heard == begin
        place = f"{len(payload)} bytes at {self._heard - begin} of {len(stream) - begin}"
        if self._heard >= len(stream):
            self._tell(Fault.AUDIO_AFTER_CLEARED if after_clear else Fault.SURPLUS_AUDIO, place)
        elif after_clear and payload in stream[:begin]:
            self._tell(Fault.AUDIO_AFTER_CLEARED, place)
        else:
            own = payload[-TAIL:] in stream[begin:]
            self._tell(Fault.DISPLACED_AUDIO if own else Fault.WRONG_AUDIO, place)

    def _tell_difference(self, missing: int, place: str) -> None:
        if not self._lost:
            self._tell(Fault.MISSING_AUDIO if missing > 0 else Fault.SURPLUS_AUDIO, f"{abs(missing)} bytes {place}")

    def _tell(self, fault: Fault, story: str) -> None:
        self._lost = True
        self._note(fault, story)
