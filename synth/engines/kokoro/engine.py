"""The Kokoro engine: text is read on the worker's threads, lines are spoken together, their ends are made to join."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path

import structlog
import torch

from synth.config import KokoroOptions
from synth.engines import CannotOpen, Cost, Emit, EngineError, Interest, Prepared, Unspeakable, Utterance, Voice
from synth.engines.kokoro.cores import Cores
from synth.engines.kokoro.files import Files
from synth.engines.kokoro.joins import PAUSES, SAMPLE_RATE
from synth.engines.kokoro.languages import Readers, missing, spoken_as
from synth.engines.kokoro.lines import LONGEST, lay_out
from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.model import OVERFLOWED, Model
from synth.engines.kokoro.model.precision import precision_on
from synth.engines.kokoro.model.row import Row
from synth.engines.kokoro.model.warming import warm_up
from synth.engines.kokoro.processor import capabilities, choose_precision, count_cores
from synth.engines.kokoro.reading import plain
from synth.engines.kokoro.resident import Resident, give_memory_back
from synth.engines.kokoro.sharing import share
from synth.engines.kokoro.speech import Plan, Speech
from synth.engines.kokoro.voices import VoiceStore

SYMBOLS_PER_SECOND = 14.0  # measured by others on the released voices: 13 to 15
SLOWEST = 0.5  # at this speed the longest line lasts 75 s, which the network takes; a slower line must be shorter
# Threads that speak side by side if nobody says. They share one interpreter, which each needs for some 2 % of its time:
# 7,700 operations in 3.8 s (measured), ten microseconds of Python each.
MOST_SPEAKING = 4
BATCH = 32  # utterances, on a GPU; a processor gains nothing from a second one (measured)
# Measured (docs/kokoro-speed.md): 0.02 and 0.27 of one core, fp32; a second one makes it half as fast again.
CPU_COST = Cost(fixed=0.03, per_second=0.3, helped=1.5)
GPU_COST = Cost(fixed=0.01, per_second=0.002)  # by arithmetic


class _NobodyListens(Exception):
    """Why go on?"""


class KokoroEngine:
    name = "kokoro"
    sample_rate = SAMPLE_RATE
    deterministic = True

    def __init__(self, options: KokoroOptions, files: Files) -> None:
        """Loads all that it needs, which takes seconds. Raises CannotOpen, or EngineError for broken files."""
        torch.set_num_threads(options.threads)
        self._device = _device(options.device)
        self._precision = choose_precision(options.precision, self._device, capabilities())
        if options.windowed and self._device != "cpu":
            raise CannotOpen(f"windowed is for a processor: on {self._device} it would be no faster")
        self._options = options
        self._vocabulary = _vocabulary(files.config)
        self._voices = VoiceStore(files.voices, options.voice_cache)
        self._listed = tuple(voice for voice in self._voices.listed() if not missing(voice.language))
        if not self._listed:
            raise CannotOpen(_unreadable(self._voices.listed()))
        self._readers = Readers()
        for language in {voice.language for voice in self._listed}:
            self._readers.warm(language, options.reading_threads)
        self._model: Resident[Model] = Resident(lambda: self._load(files), options.unload_after, self._tidy)
        with self._model.use() as model:  # not after an unload: somebody waits then, and the libraries are still warm
            warm_up(model)
        self._cores = Cores(self.speaking_threads, torch.inference_mode) if self._device == "cpu" else None

    @property
    def max_batch(self) -> int:
        return self._options.max_batch or (1 if self._device == "cpu" else BATCH)

    @property
    def prepare_threads(self) -> int:
        return self._options.reading_threads

    @property
    def speaking_threads(self) -> int:
        return (self._options.speaking_threads or min(count_cores(), MOST_SPEAKING)) if self._device == "cpu" else 1

    @property
    def cost(self) -> Cost:
        return CPU_COST if self._device == "cpu" else GPU_COST

    @property
    def loaded(self) -> bool:
        """False between an unload and the next work."""
        return self._model.loaded

    def voices(self) -> tuple[Voice, ...]:
        return self._listed

    def speaks(self, voice: str, language: str) -> bool:
        return self._language(voice, language) is not None

    def prepare(self, utterance: Utterance) -> Prepared:
        language = self._language(utterance.voice, utterance.language)
        if language is None:
            raise Unspeakable(f"kokoro has no voice {utterance.voice!r} for language {utterance.language!r}")
        with self._readers.lend(language) as reader:
            reading = reader.read(plain(utterance.text), utterance.phonemes)
        longest = min(LONGEST, int(LONGEST * utterance.speed / SLOWEST))
        lines, dropped = lay_out(reading.sounds, self._vocabulary, longest)
        rows = [Row(line.tokens, self._voices.style(utterance.voice, line.symbols), utterance.speed) for line in lines]
        symbols = sum(line.symbols for line in lines)
        pauses = sum(PAUSES[line.closing] for line in lines)
        audio = (symbols / SYMBOLS_PER_SECOND + pauses) / utterance.speed
        early = self._options.windowed and utterance.begins
        return Prepared(utterance, audio, Plan(lines, rows, early), unread=reading.unread + dropped)

    def synthesize(self, batch: Sequence[Prepared], emit: Emit) -> None:
        """All first lines, then all second ones: nobody waits for another's whole text, or pays for who has left."""
        speeches = [Speech(index, prepared, emit) for index, prepared in enumerate(batch)]
        with self._model.use() as model, suppress(_NobodyListens):
            try:
                self._speak(model, speeches)
            except torch.OutOfMemoryError as error:  # of a card; one by one what is not said yet may have room
                unsaid = frozenset(index for index, speech in enumerate(speeches) if speech.spoiled or speech.goes_on)
                raise EngineError(f"the device's memory is full: {str(error).splitlines()[0]}", unsaid) from error
        if spoiled := frozenset(index for index, speech in enumerate(speeches) if speech.spoiled):
            raise EngineError(OVERFLOWED, spoiled)

    def close(self) -> None:
        if self._cores:
            self._cores.close()
        self._model.close()

    def _speak(self, model: Model, speaking: Sequence[Speech]) -> None:
        rescued = model.rescued
        while speaking := [speech for speech in speaking if speech.goes_on]:
            with self._executor(speaking) as executor:
                self._say(model, speaking, executor)
        if model.rescued > rescued:
            structlog.get_logger().warning("too_loud_for_16_bits", rows=model.rescued - rescued)

    def _say(self, model: Model, speaking: Sequence[Speech], executor: Executor) -> None:
        whole = [speech for speech in speaking if not speech.early]
        for speech in speaking:
            if speech.early:
                speech.say(model.say_early(speech.row, speech.begin, executor))
        for index, spoken in model.say([speech.row for speech in whole], executor):
            whole[index].say(spoken)

    def _executor(self, speaking: Sequence[Speech]) -> AbstractContextManager[Executor]:
        """A card is given its work in milliseconds, and needs no breath; a processor is kept for seconds."""
        return share(self._cores, partial(_breathe, speaking)) if self._cores else nullcontext(INLINE)

    def _language(self, voice: str, language: str) -> str | None:
        """In which such a voice speaks; None: there is none, or nobody here can read it."""
        found = self._voices.find(voice)
        spoken = spoken_as(language, found.language) if found else None
        return None if spoken is None or missing(spoken) else spoken

    def _load(self, files: Files) -> Model:
        structlog.get_logger().info(
            "loading", device=self._device, precision=self._precision, windowed=self._options.windowed
        )
        decoding: torch.dtype = getattr(torch, self._precision)
        precision = precision_on(self._device, decoding)
        options = self._options
        return open_model(
            files.config, files.weights, self._device, precision, graphs=options.graphs, kernels=options.kernels
        )

    def _tidy(self) -> None:
        if self._device == "cpu":
            give_memory_back()
        else:
            torch.cuda.empty_cache()


def _breathe(speaking: Sequence[Speech], aside: float) -> Interest:
    """As the first answers for all who still listen. Raises _NobodyListens."""
    for speech in speaking:
        if interest := speech.breathe(aside):
            return interest
    raise _NobodyListens


def _device(wanted: str) -> str:
    """Raises CannotOpen."""
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise CannotOpen(f"kokoro cannot use the device {wanted!r}: {str(error).splitlines()[0]}") from error
    return wanted


def _vocabulary(config: Path) -> dict[str, int]:
    """Raises CannotOpen."""
    try:
        vocabulary: dict[str, int] = json.loads(config.read_text(encoding="utf-8"))["vocab"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotOpen(f"{config} is no configuration of Kokoro: {error!r}") from error
    return vocabulary


def _unreadable(voices: Sequence[Voice]) -> str:
    lacking = sorted({package for voice in voices for package in missing(voice.language)})
    return f"none of Kokoro's voices here can be read for; missing packages: {', '.join(lacking)}"
