"""Jobs ask the same workers as live streams, but have time.

Their segments are due long after any listener's, so the batcher speaks them when nobody waits. A job hears a segment
when it is whole: if a worker breaks in the middle, whatever the engine, it is spoken again and nobody heard the half.
A worker that is busy is asked again.
"""

import asyncio
from dataclasses import replace

from gateway.core.events import SegmentDone, SegmentFailed, Synthesize, WorkerMessage
from gateway.core.voices import VoiceCatalog
from gateway.errors import Overloaded, WorkerUnavailable
from gateway.jobs.telling import Listener, Telling
from gateway.synthesizer import Speaking, Synthesizer

# Seconds until a job's segment is due. Live segments are at most max_lead (30) ahead. Later than this nothing waits for
# good: a segment that has waited for ten minutes is as urgent as a listener's.
DUE_IN = 600.0
AGAIN_AFTER = 1.0
BUSY_FOR = 600.0  # that workers may be busy before a job's attempt ends
BREAKS = 2  # workers that a segment may break on before its session hears of it, which asks once more


class PatientSynth:
    """A Synthesizer over another one. again_after: seconds, at least, before a worker is asked again.

    urgent: somebody listens, so a segment is due when a live listener's would be. What waits for a worker that is busy
    is never refused for being late.
    """

    def __init__(self, synth: Synthesizer, again_after: float = AGAIN_AFTER, *, urgent: bool = False) -> None:
        self._synth = synth
        self._again_after = again_after
        self._urgent = urgent

    @property
    def catalog(self) -> VoiceCatalog:
        return self._synth.catalog

    @property
    def ready(self) -> bool:
        return self._synth.ready

    def speak(self, request: Synthesize, listener: Listener) -> "PatientCall":
        due_in = min(request.due_in, DUE_IN) if self._urgent else DUE_IN
        return PatientCall(self._synth, replace(request, due_in=due_in, begins=False), listener, self._again_after)


class PatientCall:
    """One segment: all that a worker says of it is held until it is done, then told as far as there is room."""

    def __init__(self, synth: Synthesizer, request: Synthesize, listener: Listener, again_after: float) -> None:
        self._synth = synth
        self._request = request
        self._again_after = again_after
        self._loop = asyncio.get_running_loop()
        self._busy_until = self._loop.time() + BUSY_FOR
        self._broken = 0
        self._held: list[WorkerMessage] = []
        self._telling = Telling(listener)
        self._later: asyncio.Handle | None = None
        self._speaking: Speaking | None = None
        self._ask()

    def abandon(self) -> None:
        self._telling.stop()
        if self._later is not None:
            self._later.cancel()
        if self._speaking is not None:
            self._speaking.abandon()
            self._speaking = None

    def resume(self) -> None:
        self._telling.resume()

    def _ask(self) -> None:
        self._speaking = self._synth.speak(self._request, self._hear)

    def _hear(self, message: WorkerMessage) -> bool:
        self._held.append(message)
        if isinstance(message, SegmentDone):
            self._speaking = None
            self._telling.tell(self._held)
        elif isinstance(message, SegmentFailed):
            self._speaking = None
            self._try_again(message)
        return True

    def _try_again(self, failed: SegmentFailed) -> None:
        error = failed.error
        self._held.clear()
        if isinstance(error, Overloaded) and self._loop.time() < self._busy_until:
            self._later = self._loop.call_later(max(self._again_after, error.retry_in), self._ask)
        elif isinstance(error, WorkerUnavailable) and (broken := self._broken + 1) < BREAKS:
            self._broken = broken
            self._later = self._loop.call_later(self._again_after, self._ask)
        else:
            self._telling.tell([failed])
