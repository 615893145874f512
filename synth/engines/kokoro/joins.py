"""The ends of a line, so that lines follow each other as in speech. Pure.

The model puts some 0.3 s of silence before and after whatever it says. Of the first nothing is wanted: it is waited
for. The last one is made as long as the punctuation asks, and as good as none where a sentence was cut and goes on.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

SAMPLE_RATE = 24_000
FRAME = 600  # samples
BLOCK = 120  # samples, 5 ms: what is looked at to tell sound from silence
SILENT = 0.01  # of the line's loud parts (-40 dB), where breath and reverberation end
FLOOR = 33  # -60 dB of full scale
LEAD = 360  # samples kept before the first sound, 15 ms: an f or an s begins more softly than that
DECAY = 480  # samples kept after the last one, 20 ms
FADE = 72  # samples, 3 ms: no step, and nothing that an ear takes for a dip
# Seconds of silence behind a line. Read aloud, commas have 0.1 to 0.2 s and full stops 0.3 to 0.5 s.
PAUSES: Mapping[str, float] = MappingProxyType(
    {**dict.fromkeys(".!?…", 0.35), **dict.fromkeys(";:—", 0.25), ",": 0.15, "": 0.0}
)


def begin(pcm: Samples, first_frames: int) -> tuple[Samples, int] | None:
    """What is heard of a line of which more will follow, and how many samples of its beginning are not.

    first_frames: see `shape`. None: nothing can be heard yet.
    """
    sound = _sound(pcm)
    if sound is None:
        return None
    start = _start(sound, first_frames)
    return _faded_in(pcm[start:]), start


def shape(
    pcm: Samples, first_frames: int, last_frames: int, closing: str, speed: float, *, begun: int | None = None
) -> tuple[Samples, int]:
    """What is heard of a line, and how many samples of its beginning are not.

    first_frames, last_frames: of its ends, which hold no word, so that no word is cut however softly it is spoken;
    begun: how many samples were left out already when its beginning was heard.
    """
    sound = _sound(pcm)
    if sound is None:
        return pcm, 0
    start = _start(sound, first_frames) if begun is None else begun
    end = max(min(len(pcm), sound[1] + DECAY), len(pcm) - last_frames * FRAME)
    pause = round(PAUSES[closing] / speed * SAMPLE_RATE)
    silence = max(0, pause - (end - sound[1]))
    faded = _faded_in(_faded_in(pcm[start:end])[::-1])[::-1]
    return np.concatenate([faded, np.zeros(silence, np.int16)]), start


def _start(sound: tuple[int, int], first_frames: int) -> int:
    return min(max(0, sound[0] - LEAD), first_frames * FRAME)


def _sound(pcm: Samples) -> tuple[int, int] | None:
    """From the first to behind the last sample that can be heard."""
    loudness = _loudness(pcm)
    if not len(loudness):
        return None
    heard = np.flatnonzero(loudness > max(FLOOR, SILENT * float(np.quantile(loudness, 0.95))))
    return (int(heard[0]) * BLOCK, min(int(heard[-1] + 1) * BLOCK, len(pcm))) if len(heard) else None


def _loudness(pcm: Samples) -> NDArray[np.int32]:
    """The highest sample of each block."""
    padded = np.pad(pcm.astype(np.int32), (0, -len(pcm) % BLOCK))
    highest: NDArray[np.int32] = np.abs(padded).reshape(-1, BLOCK).max(axis=1, initial=0)
    return highest


def _faded_in(pcm: Samples) -> Samples:
    fade = min(FADE, len(pcm) // 2)
    ramp = np.linspace(0.0, 1.0, fade, endpoint=False)
    faded = pcm.copy()
    faded[:fade] = np.rint(pcm[:fade] * ramp)
    return faded
