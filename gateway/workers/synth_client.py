"""Segments to workers: knows all of them, and chooses one for each segment."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from gateway.core.events import Synthesize
from gateway.core.voices import NO_ALIASES, Voice, VoiceCatalog
from gateway.errors import Overloaded
from gateway.workers.line import AGAIN, Line
from gateway.workers.segment_call import Listener, SegmentCall
from gateway.workers.worker import Worker


class SynthClient:
    """Knows every worker's address and voices.

    catalog: the voices of all workers; empty until the first is ready, and kept while a worker is being replaced.
    """

    def __init__(
        self,
        addresses: Sequence[str],
        *,
        stall: float = 5.0,
        patience: float = 10.0,
        default_voice: str = "",
        voice_aliases: Mapping[str, str] = NO_ALIASES,
    ) -> None:
        """Needs a running loop.

        addresses: `unix:/path` or `host:port`, one for each worker; stall: seconds without a reply that is awaited;
        patience: seconds that a segment waits for a worker; default_voice, voice_aliases: of the catalog.
        """
        self.catalog = VoiceCatalog(())
        self._stall = stall
        self._patience = patience
        self._default_voice = default_voice
        self._voice_aliases = voice_aliases
        self._voices: dict[str, Voice] = {}
        self._workers = [Worker(address, self._on_serving) for address in addresses]
        self._loop = asyncio.get_running_loop()
        self._lines: defaultdict[str, Line] = defaultdict(Line)  # by engine
        self._waiting: dict[SegmentCall, None] = {}  # for a worker, in the order in which they came

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
        """When `run` has ended. Segments that are still spoken fail with WorkerUnavailable."""
        for worker in self._workers:
            await worker.close()

    def speak(self, request: Synthesize, listener: Listener) -> SegmentCall:
        """Begins a segment. What becomes of it, the listener hears."""
        return SegmentCall(self, request, listener, self._stall, self._patience)

    # for its segments

    def choose(self, request: Synthesize, refused: Mapping[Worker, float]) -> Worker | None:
        """The one that would begin it soonest, of those that serve the voice; None while none does.

        refused: workers that would not have it, and the seconds after which they may. Raises Overloaded when no other
        is left, or when all are busy and others were refused before.
        """
        able = self._able(request.voice) - refused.keys()
        if not able and refused:
            raise self._overloaded(request, min(refused.values()))
        if able and not refused and request.begins:
            self._keep_order(request, able)
        return min(able, key=lambda worker: worker.load(request.due_in), default=None)

    def take_on(self, request: Synthesize) -> None:
        """A worker speaks it."""
        if request.begins:
            self._line(request).take_on(request.asker, self._loop.time())

    def wait(self, call: SegmentCall) -> None:
        """It is asked to choose again when a worker has come."""
        self._waiting[call] = None

    def forget(self, call: SegmentCall) -> None:
        self._waiting.pop(call, None)

    # inside

    def _line(self, request: Synthesize) -> Line:
        voice = self._voices.get(request.voice)
        return self._lines["" if voice is None else voice.engine]

    def _keep_order(self, request: Synthesize, able: set[Worker]) -> None:
        line = self._line(request)
        if not line.may_ask(request.asker, self._loop.time()) and all(worker.busy for worker in able):
            raise self._overloaded(request, AGAIN)
        line.ask(request.asker)

    def _overloaded(self, request: Synthesize, retry_in: float) -> Overloaded:
        if request.begins:
            retry_in = self._line(request).refuse(request.asker, retry_in, self._loop.time())
        return Overloaded(f"every worker is busy; try again in {retry_in:.1f} s", retry_in=retry_in)

    def _able(self, voice: str) -> set[Worker]:
        """Not those that call something else by that name: another rate, another engine.

        A name that nobody lists can be asked of anyone, who knows best why not.
        """
        meant = self._voices.get(voice)
        return {worker for worker in self._workers if worker.serving and worker.voices.get(voice) == meant}

    def _on_serving(self) -> None:
        voices = [voice for worker in self._workers for voice in worker.voices.values()]
        self._voices = {voice.name: voice for voice in reversed(voices)}  # the first to have a name keeps it
        listed = dict.fromkeys(self._voices[voice.name] for voice in voices)
        self.catalog = VoiceCatalog(listed, self._default_voice, self._work(), self._voice_aliases)
        waiting, self._waiting = self._waiting, {}
        for call in waiting:
            call.choose_again()

    def _work(self) -> dict[str, float]:
        """Of each engine, its slowest worker's."""
        slowest_last = sorted(self._workers, key=lambda worker: worker.cost.per_second)
        return {voice.engine: worker.cost.per_second for worker in slowest_last for voice in worker.voices.values()}
