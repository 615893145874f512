"""A pretend model: signature audio (signature.py) at a scripted pace, for tests, load tests and laptops.

Text is read as it stands, markup too, and phonemes as the characters of their IPA in the place of the text; speed and
pitch change nothing, so that what comes back can be counted.
"""

import re
import time
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from synth.config import ToneOptions, WorkerConfig
from synth.engines import Chunk, Cost, Emit, Engine, Prepared, Utterance, Voice, Word, estimate
from synth.engines.signature import AMPLITUDE, BLOCK, SAMPLE_RATE, block

FIRST_CHUNK = 480  # samples, 20 ms: one Opus frame
SAMPLE_BYTES = 2
AMPLITUDES = MappingProxyType({"tone": AMPLITUDE, "tone-2": 6_000, "tone-3": 4_000})
VOICES = (
    Voice("tone", "en", "neutral", "Tone"),
    Voice("tone-2", "en", "female", "Tone, softer"),
    Voice("tone-3", "de", "male", "Tone, softest"),
)


def open_engine(config: WorkerConfig) -> Engine:
    return ToneEngine(config.tone)


class ToneEngine:
    """Batches in step: each turn makes one chunk of every utterance and costs the time of one."""

    name = "tone"
    sample_rate = SAMPLE_RATE
    deterministic = True
    prepare_threads = 0

    def __init__(self, options: ToneOptions) -> None:
        self._options = options

    @property
    def max_batch(self) -> int:
        return self._options.max_batch

    @property
    def speaking_threads(self) -> int:
        return self._options.speaking_threads

    @property
    def cost(self) -> Cost:
        return Cost(fixed=0.0, per_second=self._options.busy)

    def voices(self) -> tuple[Voice, ...]:
        return VOICES

    def speaks(self, voice: str, language: str) -> bool:  # noqa: ARG002 - any language: a sine has none
        return voice in AMPLITUDES

    def prepare(self, utterance: Utterance) -> Prepared:
        return estimate(utterance)

    def synthesize(self, batch: Sequence[Prepared], emit: Emit) -> None:
        speaking = [self._chunks(index, prepared.utterance) for index, prepared in enumerate(batch)]
        while speaking:
            turn = [(chunks, chunk) for chunks in speaking if (chunk := next(chunks, None))]
            if not self._work([chunk for _, chunk in turn], emit):
                return
            speaking = [chunks for chunks, chunk in turn if emit(chunk)]

    def close(self) -> None:
        pass

    def _work(self, turn: Sequence[Chunk], emit: Emit) -> bool:
        """False: nobody listens any more."""
        left = self._options.busy * max((len(chunk.pcm) // SAMPLE_BYTES for chunk in turn), default=0) / SAMPLE_RATE
        while self._options.breath and left > self._options.breath:
            time.sleep(self._options.breath)
            left -= self._options.breath
            wanted = [emit(Chunk(chunk.utterance, breath=True)) for chunk in turn]
            if not any(wanted):
                return False
        if left:
            time.sleep(left)
        return True

    def _chunks(self, index: int, utterance: Utterance) -> Iterator[Chunk]:
        said = _said(utterance)
        pcm = b"".join(block(c, AMPLITUDES[utterance.voice]) for c in "".join(said))
        words = _words(utterance, said)
        total, start = len(pcm) // SAMPLE_BYTES, utterance.skip
        size = total if self._options.whole else FIRST_CHUNK
        while start < total:
            end = min(start + size, total)
            yield Chunk(
                index,
                pcm[start * SAMPLE_BYTES : end * SAMPLE_BYTES],
                tuple(word for word in words if start <= round(word.start * SAMPLE_RATE) < end),
                self._options.first + self._options.pace * (start - utterance.skip) / SAMPLE_RATE,
            )
            start, size = end, max(1, round(self._options.chunk * SAMPLE_RATE))


def _said(utterance: Utterance) -> list[str]:
    """What is heard for each character of the text; a span's phonemes all stand for its first."""
    said = ["" if character.isspace() else character for character in utterance.text]
    for span in utterance.phonemes:
        rest = [""] * (span.text_end - span.text_start - 1)
        said[span.text_start : span.text_end] = ["".join(span.ipa.split()), *rest]
    return said


def _words(utterance: Utterance, said: Sequence[str]) -> list[Word]:
    """What white space parts, and a span with phonemes is not parted."""
    text = list(utterance.text)
    for span in utterance.phonemes:
        text[span.text_start : span.text_end] = "_" * (span.text_end - span.text_start)
    words, spoken = [], 0
    for match in re.finditer(r"\S+", "".join(text)):
        start, spoken = spoken, spoken + sum(map(len, said[match.start() : match.end()]))
        seconds = BLOCK / SAMPLE_RATE
        words.append(Word(match.start(), match.end(), start * seconds, spoken * seconds))
    return words
