"""Voices as the model takes them, read from their files when they are asked for."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import torch

from synth.engines import EngineError, Voice
from synth.engines.kokoro.catalog import describe, in_order
from synth.engines.kokoro.mixes import read_mix
from synth.engines.kokoro.model.saved import is_plain, read_saved

LONGEST = 510  # phonemes: a voice has one style for each length
STYLE = 256  # numbers: 128 for the decoder, 128 for the prosody
SHAPES = ((LONGEST, 1, STYLE), (LONGEST, STYLE))


class VoiceStore:
    """By any thread. Keeps what was used last, so that thousands of mixes cost bounded memory (0.5 MB each)."""

    def __init__(self, files: Mapping[str, Path], capacity: int) -> None:
        self._files = files
        self._capacity = capacity
        self._kept: OrderedDict[str, torch.Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def listed(self) -> tuple[Voice, ...]:
        return tuple(describe(name) for name in in_order(frozenset(self._files)))

    def find(self, name: str) -> Voice | None:
        """Of a voice or a mix; None when a part of it is not here."""
        shares = read_mix(name)
        if shares is None or not shares.keys() <= self._files.keys():
            return None
        return describe(next(iter(shares)))

    def style(self, name: str, phonemes: int) -> torch.Tensor:
        """[256], for a row of so many phonemes, from 1 to 510. Raises EngineError when a file cannot be read."""
        return self._voice(name)[phonemes - 1]

    def _voice(self, name: str) -> torch.Tensor:
        """[510, 256]"""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        voice = self._make(name)
        with self._lock:
            self._kept[name] = voice
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return voice

    def _make(self, name: str) -> torch.Tensor:
        shares = read_mix(name)
        if shares is None:
            raise EngineError(f"Kokoro has no voice {name!r}")
        if list(shares) == [name]:
            return _read(self._files[name])
        return torch.stack([share * self._voice(voice) for voice, share in shares.items()]).sum(dim=0)


def _read(file: Path) -> torch.Tensor:
    voice = read_saved("the voice", file)
    if not is_plain(voice) or voice.shape not in SHAPES:
        raise EngineError(f"{file} is no voice: expected {LONGEST} x {STYLE} numbers")
    return voice.reshape(LONGEST, STYLE).float()
