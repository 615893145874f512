"""The espeak-ng engine: one utterance after the other, its audio in pieces as it is made."""

import math
from collections.abc import Sequence
from functools import partial

from synth.config import WorkerConfig
from synth.engines import Chunk, Cost, Emit, Engine, EngineError, Prepared, Utterance, Voice, estimate
from synth.engines.espeak.library import Library, WordEvent
from synth.engines.espeak.mnemonics import Mnemonics
from synth.engines.espeak.text import write_script
from synth.engines.espeak.voices import VoiceTable
from synth.engines.espeak.words import WordTrack

WORDS_PER_MINUTE = 175  # espeak's own; it goes down to 80, so the slowest speed is 0.46
MIDDLE_PITCH = 50


def open_engine(_config: WorkerConfig) -> Engine:
    return EspeakEngine()


class EspeakEngine:
    """Not deterministic: the same text differs by up to 21 ms from one time to the next (measured)."""

    name = "espeak"
    deterministic = False
    max_batch = 1
    prepare_threads = 0
    speaking_threads = 1
    cost = Cost(fixed=0.0003, per_second=0.0008)  # measured

    def __init__(self) -> None:
        self._library = Library()
        self._table = VoiceTable(self._library.voices(), self._library.variants())
        self.sample_rate = self._library.sample_rate
        self._mnemonics: dict[str, Mnemonics] = {}  # by language; 20 ms to make, so when one is first needed

    def voices(self) -> tuple[Voice, ...]:
        return self._table.listed

    def speaks(self, voice: str, language: str) -> bool:
        return self._table.find(voice, language) is not None

    def prepare(self, utterance: Utterance) -> Prepared:
        return estimate(utterance)

    def synthesize(self, batch: Sequence[Prepared], emit: Emit) -> None:
        for index, prepared in enumerate(batch):
            self._tune(prepared.utterance)
            self._speak(index, prepared.utterance, emit)

    def close(self) -> None:
        self._library.close()

    def _tune(self, utterance: Utterance) -> None:
        identifier = self._table.find(utterance.voice, utterance.language)
        if identifier is None:
            raise EngineError(f"espeak-ng has no voice {utterance.voice!r}")
        self._library.set_voice(identifier)
        self._library.set_rate(round(WORDS_PER_MINUTE * utterance.speed))
        self._library.set_pitch(min(100, max(0, round(MIDDLE_PITCH * (1 + math.log2(utterance.pitch))))))

    def _speak(self, index: int, utterance: Utterance, emit: Emit) -> None:
        script = write_script(utterance.text, utterance.phonemes, partial(self._encode, utterance))
        track = WordTrack(utterance.text, self.sample_rate, utterance.phonemes)
        wanted = True

        def on_buffer(pcm: bytes, events: list[WordEvent]) -> bool:
            nonlocal wanted
            found = [WordEvent(script.source(event.position), event.sample) for event in events]
            pcm, words = track.add(pcm, found)
            wanted = not pcm or bool(emit(Chunk(index, pcm, words)))
            return wanted

        self._library.synthesize(script.text, on_buffer, phonemes=script.phonemes)
        if wanted:
            emit(Chunk(index, *track.finish()))

    def _encode(self, utterance: Utterance, ipa: str) -> str:
        identifier = self._table.find(utterance.voice, utterance.language) or ""
        language = identifier.partition("+")[0]
        if language not in self._mnemonics:
            self._mnemonics[language] = Mnemonics(self._library.mnemonics(), self._library.transcribe)
        return self._mnemonics[language].encode(ipa)
