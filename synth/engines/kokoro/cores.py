"""Who computes: as many threads at once as there are cores, those of the most urgent work.

A thread that speaks holds a core, and offers steps of its batch. Helpers, which speak nothing themselves, do them on a
core that is idle. An urgent batch is due a second core: a patient one stands aside at its next breath, until the
urgent one is over.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Condition, Thread, get_ident

from synth.engines.kokoro.steps import Batch, Rank, Step, Unwanted

DUE = 2  # cores that an urgent batch is due: its steps leave a third one idle for most of the time


@dataclass(slots=True)
class _Hand:
    """A thread that works on a batch. holds, wants: a core."""

    batch: Batch
    helps: bool
    holds: bool = False
    wants: bool = False

    @property
    def rank(self) -> Rank:
        return self.batch.helping if self.helps else self.batch.speaking


class Cores:
    def __init__(self, count: int, around: Callable[[], AbstractContextManager[object]] = nullcontext) -> None:
        """Of one there is no help. around: what a helper's thread works in."""
        self._count = count
        self._around = around
        self._changed = Condition()  # also of what batches are told, which those who wait need not see at once
        self._hands: dict[int, _Hand] = {}  # by thread
        self._offered: list[Step[object]] = []
        self._closed = False
        # One for each core: who stands aside in the middle of a step keeps its thread.
        helpers = count if count > 1 else 0
        self._helpers = [Thread(target=self._help, name=f"helper-{n}", daemon=True) for n in range(helpers)]
        for helper in self._helpers:
            helper.start()

    @contextmanager
    def hold(self, batch: Batch) -> Iterator[float]:
        """A core for a batch, as soon as one is to be had. A thread that holds one already speaks this one first.

        Gives the seconds that it waited.
        """
        thread = get_ident()
        if hand := self._hands.get(thread):
            outer, hand.batch = hand.batch, batch
            try:
                yield 0.0
            finally:
                hand.batch = outer
            return
        with self._changed:
            self._hands[thread] = hand = _Hand(batch, helps=False)
            waited = self._take(hand)
        try:
            yield waited
        finally:
            self._leave()

    def give_way(self) -> float:
        """The caller's core goes to what is more urgent, if there is such, and comes back. Seconds without one."""
        with self._changed:
            hand = self._hands[get_ident()]
            return self._pause(hand, lambda: True) if self._room(hand.rank) < 0 else 0.0

    def wait(self, steps: Sequence[Step[object]]) -> float:
        """Until helpers are through with them; the caller's core is others' meanwhile. Seconds without one."""
        with self._changed:
            if all(step.ended for step in steps):
                return 0.0
            return self._pause(self._hands[get_ident()], lambda: all(step.ended for step in steps))

    def offer(self, step: Step[object]) -> None:
        with self._changed:
            self._offered.append(step)
            self._changed.notify_all()

    def claim(self, steps: Sequence[Step[object]]) -> Step[object] | None:
        """The first of these that nobody has begun: the caller's now."""
        with self._changed:
            step = next((step for step in steps if step in self._offered), None)
            if step is not None:
                self._offered.remove(step)
            return step

    def close(self) -> None:
        """No more help, once what is being done is done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for helper in self._helpers:
            helper.join()

    def _leave(self) -> None:
        with self._changed:
            del self._hands[get_ident()]
            self._changed.notify_all()

    def _pause(self, hand: _Hand, until: Callable[[], bool]) -> float:
        began = time.monotonic()
        hand.holds = False
        self._changed.notify_all()
        self._changed.wait_for(until)
        self._take(hand)
        return time.monotonic() - began

    def _take(self, hand: _Hand) -> float:
        began = time.monotonic()
        hand.wants = True
        self._changed.wait_for(lambda: self._room(hand.rank) > 0)
        hand.wants, hand.holds = False, True
        self._changed.notify_all()
        return time.monotonic() - began

    def _room(self, rank: Rank) -> int:
        """Cores that are free for it; below 0: it holds one that is another's."""
        free = self._count - sum(hand.holds for hand in self._hands.values())
        before = sum(hand.wants and hand.rank < rank for hand in self._hands.values())
        return free - before - (self._reserved() if rank >= Rank.PATIENT else 0)

    def _reserved(self) -> int:
        """Cores that urgent batches are due and have neither got nor asked for yet."""
        hands = list(self._hands.values())
        urgent = [hand.batch for hand in hands if hand.batch.urgent and not hand.helps]
        return sum(
            max(0, DUE - sum(hand.batch is batch and (hand.holds or hand.wants) for hand in hands)) for batch in urgent
        )

    def _help(self) -> None:
        with self._around():
            while self._help_once():
                pass

    def _help_once(self) -> bool:
        """False: closed. Between two of these nothing of a step is kept."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None)
            step = self._next()
            if self._closed or step is None:
                return False
            self._offered.remove(step)
            self._hands[get_ident()] = _Hand(step.batch, helps=True, holds=True)
        since = time.monotonic()

        def breathe() -> None:
            nonlocal since
            if not step.wanted:
                raise Unwanted
            self._note(step.batch, since)
            self.give_way()
            since = time.monotonic()

        step.carry_out(breathe)
        self._note(step.batch, since)
        self._leave()
        return True

    def _note(self, batch: Batch, since: float) -> None:
        with self._changed:  # several may help with one
            batch.helped += time.monotonic() - since

    def _next(self) -> Step[object] | None:
        """What a helper may begin now."""
        step = min(self._offered, key=lambda step: step.batch.helping, default=None)
        return step if step is not None and self._room(step.batch.helping) > 0 else None
