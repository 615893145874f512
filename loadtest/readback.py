"""Reads the text back out of decoded Opus.

Opus is not exact, but every block of 1,600 samples is one whole-cycle tone, so its strongest frequency names its
character, and the number of samples is exact. One encoder lives as long as its context; before a pause it fills its
last packet with silence, so that after each flush the next text begins at once or on one of the next packets.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadtest.faults import Fault
from loadtest.ogg import GRANULE_RATE
from loadtest.signature import BLOCK as SIGNATURE_BLOCK
from loadtest.signature import SAMPLE_RATE, cycles

PACKET = GRANULE_RATE // 50  # samples of a 20 ms packet
BLOCK = SIGNATURE_BLOCK * GRANULE_RATE // SAMPLE_RATE
# A pause covers the codec's delay with silence, at most two packets; a raw stream has one more at its end.
SILENCE = 3 * PACKET
# Share of a block's energy in its own tone: measured 0.94 to 1.00 at 32 kbit/s, 0.77 at most when off by 10 ms.
CLEAN = 0.85
ANOTHER = 0.5  # a block with less is another tone

Samples = NDArray[np.int16]
Clarity = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to here in the text and in the packets; `cut`: a barge-in, the text was dropped from somewhere on."""

    position: int
    packets: int
    cut: bool


class Readback:
    def __init__(self, samples: Samples, pre_skip: int, note: Callable[[Fault, str], None]) -> None:
        """samples: 48 kHz, without the pre-skip."""
        self._samples = samples
        self._pre_skip = pre_skip
        self._note = note
        self._cursor = 0

    def judge(self, text: str, marks: Sequence[Mark]) -> None:
        start = 0
        for mark in marks:
            piece = text[start : mark.position]
            if mark.cut:
                self._judge_cut(piece, mark)
            elif piece:
                self._judge_whole(piece)
            start = mark.position
        if (surplus := len(self._samples) - self._cursor) >= SILENCE:
            self._note(Fault.SURPLUS_AUDIO, f"{surplus} samples at 48 kHz after the last text")

    def _starts(self) -> list[int]:
        """Where the next text may begin: at once, or on the packet after a pause."""
        pauses = (self._cursor, self._cursor + self._pre_skip)
        return sorted({self._cursor, *(-(-pause // PACKET) * PACKET for pause in pauses)})

    def _judge_whole(self, text: str) -> None:
        """A text that was spoken to its end."""
        clarity = {start: self._clarity(start, text) for start in self._starts()}
        start = max(clarity, key=lambda each: clarity[each].sum())
        self._cursor = start + len(text) * BLOCK
        if (missing := len(text) - len(clarity[start])) > 0:
            self._note(Fault.MISSING_AUDIO, f"{missing} characters at the end of {text!r}")
        elif not _is(clarity[start]):
            wrong = np.flatnonzero(clarity[start] < CLEAN)
            self._note(Fault.WRONG_AUDIO, f"{wrong.size} of {len(text)} characters from {wrong[0]} on: {text!r}")

    def _judge_cut(self, text: str, mark: Mark) -> None:
        """A text that was interrupted: what was heard is how it begins; what follows starts on a packet."""
        end = max(self._cursor, mark.packets * PACKET)
        last = end - SILENCE
        heard = {start: text[: max(0, (last - start) // BLOCK)] for start in self._starts()}
        if not any(_is(self._clarity(start, heard[start])) for start in heard):
            self._note(Fault.WRONG_AUDIO, f"before the barge-in into {text!r}")
        self._cursor = end

    def _clarity(self, start: int, text: str) -> Clarity:
        """How much of each block is its character's tone; fewer than the text where the audio ends."""
        samples = self._samples[start:]
        blocks = min(len(text), len(samples) // BLOCK)
        if not blocks:
            return np.zeros(0)
        energy = np.abs(np.fft.rfft(samples[: blocks * BLOCK].reshape(blocks, BLOCK))) ** 2
        tones = np.array([[cycles(character)] for character in text[:blocks]])
        own = np.take_along_axis(energy, np.hstack([tones - 1, tones, tones + 1]), axis=1).sum(axis=1)
        clarity: Clarity = own / np.maximum(energy.sum(axis=1), 1.0)
        return clarity


def _is(clarity: Clarity) -> bool:
    """Whether this is the text. A codec may blur one block, but not turn it into another."""
    return int((clarity < CLEAN).sum()) <= 1 and not bool((clarity < ANOTHER).any())
