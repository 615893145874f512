"""What has been spoken of a long job, kept beside it, so that whoever takes it over need not speak it again.

The text goes through a session from its beginning whoever speaks it, and is cut as before, since how a job is cut does
not depend on time (Policy.unhurried). A segment that was spoken before is found by all that is asked of the engine for
it, and is told from the store; the encoder makes the same file of it. What is not found is spoken.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from gateway.core.events import SegmentAudio, SegmentDone, SegmentFailed, SegmentWords, Synthesize, Word, WorkerMessage
from gateway.core.voices import VoiceCatalog
from gateway.jobs.telling import Listener, Telling
from gateway.library.store import FAILURES, AudioStore
from gateway.synthesizer import Speaking, Synthesizer

PIECE = 96_000  # bytes that a session is told at a time: two seconds at 24 kHz


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A segment that was spoken. words: with times from its first sample."""

    pcm: bytes
    words: tuple[Word, ...]
    computed: float
    batch_size: int
    unread: int

    @classmethod
    def of(cls, heard: Sequence[WorkerMessage]) -> "Kept":
        pcm = b"".join(message.pcm for message in heard if isinstance(message, SegmentAudio))
        words = tuple(word for message in heard if isinstance(message, SegmentWords) for word in message.words)
        done = next(message for message in heard if isinstance(message, SegmentDone))
        return cls(pcm, words, done.computed, done.batch_size, done.unread)

    def messages(self, segment_id: int) -> Iterator[WorkerMessage]:
        if self.words:
            yield SegmentWords(segment_id, self.words)
        for start in range(0, len(self.pcm), PIECE):
            yield SegmentAudio(segment_id, self.pcm[start : start + PIECE])
        yield SegmentDone(segment_id, 0.0, self.computed, self.batch_size, self.unread)


KEPT = msgspec.msgpack.Decoder(Kept)


def name_of(request: Synthesize) -> str:
    """Equal for all that sounds equal."""
    asked = request.text, request.voice, request.language, request.speed, request.pitch, request.skip, request.phonemes
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


@dataclass(frozen=True, slots=True)
class Shelf:
    """Of one job. names: of what is there."""

    store: AudioStore
    folder: str
    names: set[str]

    async def find(self, name: str) -> Kept:
        return KEPT.decode(await self.store.get(f"{self.folder}/{name}"))

    async def keep(self, name: str, kept: Kept) -> None:
        await self.store.put(f"{self.folder}/{name}", msgspec.msgpack.encode(kept))
        self.names.add(name)


async def open_shelf(store: AudioStore, folder: str) -> Shelf:
    return Shelf(store, folder, {path.rpartition("/")[2] for path in await store.list(folder)})


class KeepingSynth:
    """A Synthesizer over another one, which tells a segment when it is whole. failed: hears why the store does not take
    or give.
    """

    def __init__(
        self, synth: Synthesizer, shelf: Shelf, tasks: asyncio.TaskGroup, failed: Callable[[Exception], None]
    ) -> None:
        self.synth, self.shelf, self.tasks, self.failed = synth, shelf, tasks, failed

    @property
    def catalog(self) -> VoiceCatalog:
        return self.synth.catalog

    @property
    def ready(self) -> bool:
        return self.synth.ready

    def speak(self, request: Synthesize, listener: Listener) -> "KeepingCall":
        return KeepingCall(self, request, listener)


class KeepingCall:
    """One segment: from the store, or from the other synthesizer and then into the store, before it is told: so no more
    is spoken than the store takes.
    """

    def __init__(self, keeping: KeepingSynth, request: Synthesize, listener: Listener) -> None:
        self._keeping = keeping
        self._request = request
        self._name = name_of(request)
        self._telling = Telling(listener)
        self._heard: list[WorkerMessage] = []
        self._speaking: Speaking | None = None
        self._task: asyncio.Task[None] | None = None
        if self._name in keeping.shelf.names:
            self._task = keeping.tasks.create_task(self._recall())
        else:
            self._ask()

    def abandon(self) -> None:
        self._telling.stop()
        if self._task is not None:
            self._task.cancel()
        if self._speaking is not None:
            self._speaking.abandon()

    def resume(self) -> None:
        self._telling.resume()

    def _ask(self) -> None:
        self._speaking = self._keeping.synth.speak(self._request, self._hear)

    def _hear(self, message: WorkerMessage) -> bool:
        self._heard.append(message)
        if isinstance(message, SegmentDone):
            self._speaking = None
            self._task = self._keeping.tasks.create_task(self._keep())
        elif isinstance(message, SegmentFailed):
            self._speaking = None
            self._telling.tell([message])
        return True

    async def _keep(self) -> None:
        try:
            await self._keeping.shelf.keep(self._name, Kept.of(self._heard))
        except FAILURES as error:
            self._keeping.failed(error)
        else:
            self._telling.tell(self._heard)

    async def _recall(self) -> None:
        try:
            kept = await self._keeping.shelf.find(self._name)
        except FileNotFoundError:  # it was swept meanwhile
            self._ask()
        except FAILURES as error:
            self._keeping.failed(error)
        else:
            self._telling.tell(kept.messages(self._request.segment_id))
