"""Segments to workers.

The client chooses a worker and turns whatever happens into one last message. It tries another worker only while
nothing of the segment has come: a failure after that is the session's to judge, which knows what the listener heard.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence

from gateway.core.events import SegmentFailed, Synthesize, WorkerMessage
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import Overloaded, SpeechError, WorkerUnavailable
from gateway.workers.segment_call import SegmentCall
from gateway.workers.worker import Worker

MAX_BROKEN = 3  # workers that one segment may meet and break: a text that kills workers must not kill them all


class SynthClient:
    """Knows every worker's address and voices.

    catalog: the voices of all workers; empty until the first is ready, and kept while a worker is being replaced.
    """

    def __init__(
        self, addresses: Sequence[str], *, stall: float = 5.0, patience: float = 10.0, default_voice: str = ""
    ) -> None:
        """Needs a running loop.

        addresses: `unix:/path` or `host:port`, one for each worker; stall: seconds without a reply that is awaited;
        patience: seconds that a segment waits for a worker; default_voice: of a client that names none.
        """
        self.catalog = VoiceCatalog(())
        self._stall = stall
        self._patience = patience
        self._default_voice = default_voice
        self._voices: dict[str, Voice] = {}
        self._workers = [Worker(address, self._on_serving) for address in addresses]
        self._news = asyncio.Event()

    @property
    def serving(self) -> list[bool]:
        """For each worker, in the order of their addresses."""
        return [worker.serving for worker in self._workers]

    @property
    def ready(self) -> bool:
        """Whether at least one worker serves now."""
        return any(self.serving)

    async def run(self) -> None:
        """Keeps the picture of the workers; runs until cancelled."""
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(worker.watch())

    async def close(self) -> None:
        """When `run` has ended. What is still being read fails with WorkerUnavailable."""
        for worker in self._workers:
            await worker.close()

    async def synthesize(self, request: Synthesize) -> AsyncGenerator[WorkerMessage, None]:
        """SegmentAudio and SegmentWords in order, then one SegmentDone or SegmentFailed; never raises.

        Cancelling the task abandons the segment at once, and so does `aclose` (use contextlib.aclosing). The
        `__cause__` of a SegmentFailed's error says more than a client may know.
        """
        try:
            call, messages = await self._begin(request)
            with call:
                while True:
                    for message in messages:
                        yield message
                    if call.done:
                        return
                    messages = await call.read()
        except SpeechError as error:
            yield SegmentFailed(request.segment_id, error)

    async def _begin(self, request: Synthesize) -> tuple[SegmentCall, list[WorkerMessage]]:
        """A call that has begun to answer, and its first messages."""
        until = asyncio.get_running_loop().time() + self._patience
        refused: dict[Worker, float] = {}
        broken = 0
        while True:
            worker = await self._choose(request, refused, until)
            call = SegmentCall(worker, request, self._stall)
            try:
                return call, await call.read()
            except Overloaded as overloaded:
                refused[worker] = overloaded.retry_in
            except WorkerUnavailable:
                broken += 1
                if call.stalled or broken == MAX_BROKEN:
                    raise

    async def _choose(self, request: Synthesize, refused: Mapping[Worker, float], until: float) -> Worker:
        """The one that would begin it soonest, of those that serve the voice; waits `until` one does.

        refused: workers that would not have it, and when they may. Raises Overloaded, WorkerUnavailable.
        """
        try:
            async with asyncio.timeout_at(until):
                while not (able := self._able(request.voice) - refused.keys()):
                    if refused:
                        retry_in = min(refused.values())
                        raise Overloaded(f"every worker is busy; try again in {retry_in:.1f} s", retry_in=retry_in)
                    await self._news.wait()
        except TimeoutError:
            raise WorkerUnavailable("no worker is ready to speak this voice") from None
        return min(able, key=lambda worker: worker.load(request.due_in))

    def _able(self, voice: str) -> set[Worker]:
        """Not those that call something else by that name: another rate, another engine.

        A name that nobody lists can be asked of anyone, who knows best why not.
        """
        meant = self._voices.get(voice)
        return {worker for worker in self._workers if worker.serving and worker.voices.get(voice) == meant}

    def _on_serving(self) -> None:
        voices = [voice for worker in self._workers for voice in worker.voices.values()]
        self._voices = {voice.name: voice for voice in reversed(voices)}  # the first to have a name keeps it
        self.catalog = VoiceCatalog(dict.fromkeys(self._voices[voice.name] for voice in voices), self._default_voice)
        self._news.set()
        self._news = asyncio.Event()
