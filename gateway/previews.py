"""How a voice sounds: spoken when somebody first asks, once however many do, and kept in the store.

Only what is listed has one, so there are no more than voices. They are spoken when no listener waits, like jobs.
"""

import asyncio
import hashlib
from dataclasses import dataclass, field

from gateway.core.formats import AudioFormat
from gateway.core.samples import sample_of
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import Draining, JobsUnavailable, NotReady, Overloaded, SpeechError, UnknownVoice, WorkerUnavailable
from gateway.jobs.job import JobRequest
from gateway.jobs.recording import Recorder
from gateway.jobs.speaking import JobDialect, JobWire
from gateway.library.store import FAILURES, AudioStore
from gateway.runner import Runner

AT_ONCE = 2  # that are spoken side by side
MOST = 32  # that may wait for it
PATIENCE = 60.0  # seconds for a sentence, behind whatever is more urgent
FORMAT = AudioFormat("mp3")


@dataclass(slots=True)
class Previews:
    """runner: of jobs. most: voices that may wait to be spoken."""

    runner: Runner
    store: AudioStore
    link_life: float
    most: int = MOST
    _tasks: asyncio.TaskGroup | None = None
    _making: dict[str, "asyncio.Task[SpeechError | None]"] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self) -> None:
        """Makes them, whether or not those who asked stay, until it is cancelled."""
        async with asyncio.TaskGroup() as self._tasks:
            await asyncio.Event().wait()

    async def url(self, name: str, catalog: VoiceCatalog, wait: float) -> str:
        """Where to fetch it without a key; begins with / where it is this server.

        Raises UnknownVoice; NotReady when it is not there after so many seconds, and then is being made.
        """
        voice = catalog.resolve(name, "")
        if voice not in catalog.voices:
            raise UnknownVoice("only voices that are listed have a preview")
        path = path_of(voice)
        try:
            if not await self._is_there(path):
                await self._make_once(voice, path, wait)
            return await self.store.url(path, self.link_life)
        except FAILURES as error:
            raise JobsUnavailable("the store of the previews does not answer; try again") from error

    async def _is_there(self, path: str) -> bool:
        try:
            await self.store.size(path)
        except FileNotFoundError:
            return False
        return True

    async def _make_once(self, voice: Voice, path: str, wait: float) -> None:
        making = self._making.get(path)
        if making is None:
            if self._tasks is None or len(self._making) >= self.most:
                raise Overloaded("many previews are being made; try again")
            making = self._making[path] = self._tasks.create_task(self._make(voice, path))
        done, _ = await asyncio.wait([making], timeout=wait)
        if not done:
            raise NotReady("the preview is being made; try again")
        error = Draining("this server is going away; try again") if making.cancelled() else making.result()
        if error is not None:
            raise error

    async def _make(self, voice: Voice, path: str) -> SpeechError | None:
        try:
            async with self._room, asyncio.timeout(PATIENCE):
                return await self._speak(voice, path)
        except TimeoutError:
            return Overloaded("the workers are busy; try again")
        except FAILURES:
            return JobsUnavailable("the store does not take the preview; try again")
        finally:
            del self._making[path]

    async def _speak(self, voice: Voice, path: str) -> SpeechError | None:
        folder, _, file = path.rpartition("/")
        recorder = Recorder(self.store, folder, file)
        whole = False
        try:
            request = JobRequest(voice.name, output=FORMAT, delivery="previews")
            wire = JobWire(request, sample_of(voice.language, voice.display_name), recorder, lambda: None)
            await self.runner.run_session(wire, JobDialect())
            if wire.store_error is not None:
                raise wire.store_error
            if wire.usage is None or wire.error is not None or not recorder.size:
                return wire.error or WorkerUnavailable("the voice said nothing")
            await recorder.finish(wire.head)
            await recorder.tidy()
            whole = True
        finally:
            if not whole:
                await asyncio.shield(recorder.abandon())
        return None


def path_of(voice: Voice) -> str:
    """In the store. What would make it sound otherwise gives it another name."""
    said = "\0".join((voice.engine, voice.name, sample_of(voice.language, voice.display_name), FORMAT.encoding))
    return f"previews/{hashlib.sha256(said.encode()).hexdigest()[:32]}/preview.mp3"
