"""What the engine does next, and what it does not take on.

The job whose listener runs dry first goes first: those who wait in silence before those who still have something to
play, and among them who waits for longest. A batch is what is queued when the engine is free, as far as more audio in
it still pays: it never waits for company, which below some hundred live streams would not come, and would only add the
wait to the first sound.

The first segment of a turn is refused at once, with the time after which to try again, if it could not begin in any
useful time, or if those who listen already would run short: what waits for them must be ready within a share of the
time that they still have to play, since more of their text is to come. A later segment is refused only when far too
much audio waits. All times come from what the engine says that batches cost, corrected by what they take.
"""

import math
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count

from synth.batching.backlog import Backlog
from synth.batching.crew import Crew
from synth.batching.job import Job
from synth.batching.order import Order, by_deadline
from synth.engines import PATIENCE, Cost, Interest

DEEPEST = 4  # batches that have been begun and not ended: each keeps its memory, 30 MB for a second of Kokoro's audio
SOON = 0.1  # seconds, for an engine that says that it takes no time
AGAIN = 0.5  # seconds at least after which a turn that was refused may come again: less would only cost both sides work
SLACK = 100  # abandoned jobs that may lie in the heap


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to go. The defaults of `stretch` and `headroom` are what docs/scheduling.md measures.

    max_batch: utterances in a batch.
    max_queued_audio: seconds that may wait.
    max_late: seconds that a listener may wait in silence for the first segment to be begun.
    stretch: work for a batch's audio, in times of the batch's fixed cost, above which nothing is added to it.
    headroom: share of what listeners have left to play by which what waits for them must be ready.
    """

    max_batch: int
    max_queued_audio: float = math.inf
    max_late: float = math.inf
    stretch: float = 4.0
    headroom: float = 0.3


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    deadline: float
    work: float


class Batcher:
    """`add` and `abandon` as jobs come and go; `next` when an engine is free, `interrupt` when it could turn to
    something else, `finish` when it has spoken what either gave it: what was interrupted then goes on.

    Engines that speak side by side take from one queue, so that what waits is bound to none before its turn has come.
    They are numbered from 0.
    """

    def __init__(self, limits: Limits, cost: Cost, order: Order = by_deadline, engines: int = 1) -> None:
        self._limits = limits
        self._cost = cost
        self._order = order
        self._crew = Crew(cost, engines)
        self._waiting: dict[int, _Waiting] = {}
        self._places: list[tuple[tuple[float, ...], int, int]] = []  # a heap; the abandoned lie there until their turn
        self._arrivals = count()
        self._backlog = Backlog()
        self._audio = 0.0

    @property
    def queued_audio(self) -> float:
        """Estimated seconds."""
        return self._audio

    def add(self, job: Job, now: float) -> float | None:
        """None: taken. Otherwise refused, and the seconds after which there may be room."""
        waiting = _Waiting(job, now + job.due_in, self._work(job))
        if (excess := self._excess(waiting, now)) > 0:
            return max(excess, AGAIN) if job.begins else excess
        self._waiting[job.job_id] = waiting
        self._backlog.add(waiting.deadline, waiting.work)
        self._audio += job.audio
        heappush(self._places, (self._order(job, now, waiting.work), next(self._arrivals), job.job_id))
        return None

    def abandon(self, job_id: int) -> None:
        """Forgets the job if it is still queued."""
        if job_id in self._waiting:
            self._remove(job_id)
            if len(self._places) > SLACK + 2 * len(self._waiting):
                self._places = [place for place in self._places if place[2] in self._waiting]
                heapify(self._places)

    def next(self, now: float, engine: int = 0) -> list[Job]:
        """The most urgent jobs, removed from the queue; empty when there is nothing to do."""
        batch: list[_Waiting] = []
        audio = 0.0
        while len(batch) < self._limits.max_batch and (waiting := self._foremost()):
            audio += waiting.job.audio
            if batch and self._cost.per_second * audio > self._most_work:
                break
            batch.append(self._remove(waiting.job.job_id))
        if batch:
            due = min(each.deadline for each in batch)
            self._crew[engine].begin(sum(each.job.audio for each in batch), due, now)
        return [each.job for each in batch]

    def interest(self, now: float, engine: int = 0) -> Interest:
        """In the running batch. It has time if it could stand aside and then, with help itself, be ready before it is
        due; but only if nothing else waits: two cores for one batch are idle for a quarter of the time, which a full
        engine cannot spare.
        """
        pace = self._crew[engine]
        if pace.deadline <= now:
            return Interest.URGENT
        ready = now + PATIENCE + pace.left(now) / self._cost.helped
        return Interest.PATIENT if not self._waiting and ready < pace.deadline else Interest.WANTED

    def interrupt(self, now: float, engine: int = 0, aside: float = 0.0) -> list[Job]:
        """What is to be spoken before the running batch goes on, removed from the queue; mostly empty.

        aside: seconds since it was last asked, in which that batch was not worked on, less those in which others did
        so too.
        """
        pace = self._crew[engine]
        pace.breathe(now, aside)
        foremost = self._foremost()
        if foremost is None or foremost.deadline >= pace.deadline or not self._crew.yields(engine, now, DEEPEST):
            return []
        in_time = now + self._crew.left(now) + self._crew.speed * foremost.work <= foremost.deadline
        return [] if in_time else self.next(now, engine)

    def finish(self, now: float, engine: int = 0) -> None:
        """The engine is through with what it was given last."""
        self._crew[engine].end(now)

    def stuck(self, now: float) -> bool:
        """Whether a running batch has taken so long that it may never end."""
        return self._crew.stuck(now)

    def wait(self, now: float, due_in: float = 0.0) -> float:
        """Seconds until the engine would get to a job that came now; due_in infinite: until all is done."""
        before = self._backlog.due_by(now + due_in) if due_in < math.inf else self._backlog.total
        return self._crew.gets_to(now + due_in, now, before)

    @property
    def _most_work(self) -> float:
        return self._limits.stretch * self._cost.fixed or math.inf  # without a fixed cost nothing says when to stop

    def _work(self, job: Job) -> float:
        """Seconds, at the engine's guess: its audio's, and its share of the fixed cost of a batch."""
        own = self._cost.per_second * job.audio
        return own + self._cost.fixed * max(1 / self._limits.max_batch, min(1.0, own / self._most_work))

    def _excess(self, new: _Waiting, now: float) -> float:
        """Seconds until there is room."""
        full = self._audio + new.job.audio - self._limits.max_queued_audio
        if self._waiting and full > 0:
            return max(SOON, self._crew.speed * self._cost.of(full))
        if not new.job.begins:
            return 0.0
        wait = self.wait(now, new.job.due_in)
        late = wait - new.job.due_in - self._limits.max_late
        # Nobody can be guarded more closely than by what the engine is at when a job comes, up to where it can be
        # interrupted, and the job itself; an idle engine takes all.
        tolerance = self._crew.tolerance
        return max(late, min(self._eaten(new, now) - tolerance, wait))

    def _eaten(self, new: _Waiting, now: float) -> float:
        """Seconds by which those who listen already would come short."""
        crew, begun = self._crew, self._crew.begun(now)
        ready = now + crew.ready(now, new.work)
        return self._backlog.eaten(new.deadline, ready, crew.share, self._limits.headroom, begun)

    def _foremost(self) -> _Waiting | None:
        while self._places and self._places[0][2] not in self._waiting:
            heappop(self._places)
        return self._waiting[self._places[0][2]] if self._places else None

    def _remove(self, job_id: int) -> _Waiting:
        gone = self._waiting.pop(job_id)
        self._backlog.remove(gone.deadline, gone.work)
        self._audio = self._audio - gone.job.audio if self._waiting else 0.0  # no rounding error outlives the queue
        return gone
