"""One conversation: a turn's text arrives, its segments are asked for as a session asks, their audio is played."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loadtest.scheduling.scene import WORDS_PER_SECOND
from synth.batching import Job
from synth.engines import Prepared, Utterance

if TYPE_CHECKING:
    from loadtest.scheduling.simulation import Simulation

IN_FLIGHT = 2  # segments asked for and not yet heard, as in a session
MAX_LEAD = 30.0  # seconds made ahead of the listener
SURPRISE = (0.8, 1.25)  # times the estimate: how long a segment's audio really is
LATE = 0.1  # seconds: who was refused comes again so much later than told, at most
UTTERANCE = Utterance("text", "voice")


@dataclass(slots=True)
class Segment:
    """at: when the last of its text has come; expected: seconds of audio; audio: those it has."""

    at: float
    expected: float
    audio: float
    done: bool = False


class Listener:
    """Speaks with someone for ever."""

    def __init__(self, world: "Simulation") -> None:
        self._world = world
        self._segments: list[Segment] = []
        self._head = self._next = 0  # the first not yet heard, the first not yet asked for
        self._wanted_at: float | None = None  # the turn, whose text was refused perhaps
        self._asked_at = 0.0
        self._dry_at = -math.inf
        self._stall = 0.0

    def begin(self) -> None:
        """A new turn."""
        self._segments = self._write()
        self._head = self._next = 0
        self._dry_at = -math.inf
        self._stall = 0.0
        for segment in self._segments:
            self._world.at(segment.at, self._ask)

    def _write(self) -> list[Segment]:
        texts, dice = self._world.scene.texts, self._world.dice
        left, words = dice.randint(*texts.turn), 0
        segments: list[Segment] = []
        while left:
            size = min(left, dice.randint(*texts.segments[min(len(segments), len(texts.segments) - 1)]))
            left, words = left - size, words + size
            expected = size / WORDS_PER_SECOND
            segments.append(Segment(self._world.now + words / texts.pace, expected, expected * dice.uniform(*SURPRISE)))
        return segments

    def _ask(self) -> None:
        now = self._world.now
        while self._next - self._head < IN_FLIGHT and self._next < len(self._segments):
            segment = self._segments[self._next]
            lead = max(0.0, self._dry_at - now)
            if segment.at > now:
                return
            if lead > MAX_LEAD:
                self._world.at(self._dry_at - MAX_LEAD, self._ask)
                return
            if not self._submit(segment, lead):
                return

    def _submit(self, segment: Segment, lead: float) -> bool:
        """False: the turn was refused, and comes again."""
        begins, now = self._next == 0, self._world.now
        if begins:
            self._asked_at = now
            self._wanted_at = now if self._wanted_at is None else self._wanted_at
        due_in = lead + sum(each.expected for each in self._segments[self._head : self._next])
        job = Job(next(self._world.job_ids), Prepared(UTTERANCE, segment.expected), due_in, begins)
        self._next += 1
        retry_in = self._world.submit(job, segment.audio, lambda: self._hear(segment), str(id(self)))
        if retry_in is None:
            return True
        self._world.outcome.refused += 1
        self._segments = []
        self._world.at(now + retry_in + self._world.dice.uniform(0.0, LATE), self.begin)
        return False

    def _hear(self, segment: Segment) -> None:
        segment.done = True
        while self._head < len(self._segments) and self._segments[self._head].done:
            self._play(self._segments[self._head])
            self._head += 1
        if self._head == len(self._segments):
            self._world.outcome.turn(len(self._segments), self._stall)
            texts = self._world.scene.texts
            pause = self._world.dice.expovariate(1 / texts.pause)
            self._world.at((self._dry_at if texts.listens else self._world.now) + pause, self.begin)
        else:
            self._ask()

    def _play(self, segment: Segment) -> None:
        now, outcome = self._world.now, self._world.outcome
        if self._head == 0:
            assert self._wanted_at is not None
            outcome.first.append(now - self._asked_at)
            outcome.waits.append(now - self._wanted_at)
            self._wanted_at = None
        else:
            self._stall = max(self._stall, now - self._dry_at)
        self._dry_at = max(self._dry_at, now) + segment.audio
        outcome.audio += segment.audio
