"""Who computes: as many threads at once as there are cores, those of the most urgent work.

A thread that speaks holds a core, and offers steps of its batch. Helpers, which speak nothing themselves, do them on a
core that is idle. An urgent batch is due a second core: a patient one stands aside at its next breath, until the
urgent one is over or its patience is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Condition, Thread, get_ident

from synth.engines import PATIENCE, Interest
from synth.engines.kokoro.steps import Batch, Rank, Step, Unwanted

END = 1.0  # seconds
DUE = 2  # cores that an urgent batch is due: its steps leave a third one idle for most of the time


@dataclass(slots=True)
class _Hand:
    """A thread that works on a batch: speaks it, or helps with a step. holds, wants: a core."""

    batch: Batch
    step: Step[object] | None = None
    holds: bool = False
    wants: bool = False

    @property
    def rank(self) -> Rank:
        return self.step.rank if self.step else self.batch.rank


class Cores:
    def __init__(
        self,
        count: int,
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
        *,
        patience: float = PATIENCE,
    ) -> None:
        """Of one there is no help. around: what a helper's thread works in; patience: seconds."""
        self._count = count
        self._around = around
        self._patience = patience
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
                with self._changed:
                    hand.batch = outer
                    self._changed.notify_all()
            return
        with self._changed:
            self._hands[thread] = hand = _Hand(batch)
            waited = self._take(hand)
        try:
            yield waited
        finally:
            self._leave()

    def give_way(self) -> float:
        """The caller's core goes to what is more urgent, if there is such, and comes back. Seconds without one.

        Raises Unwanted for a helper whose step is not wanted any more.
        """
        with self._changed:
            hand = self._hands[get_ident()]
            if self._over(hand):
                raise Unwanted
            return self._pause(hand, lambda: True) if self._room(hand.rank) < 0 else 0.0

    def wait(self, steps: Sequence[Step[object]]) -> float:
        """Until helpers are through with them; the caller's core is others' meanwhile. Seconds without one."""
        with self._changed:
            for step in steps:
                step.awaited = True
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

    def withdraw(self, steps: Sequence[Step[object]]) -> list[Step[object]]:
        """Nobody begins them any more. Those that have been begun, which end at their next breath."""
        with self._changed:
            begun = [step for step in steps if step not in self._offered]
            for step in steps:
                step.wanted = False
                if step in self._offered:
                    self._offered.remove(step)
            self._changed.notify_all()
            return begun

    def close(self) -> None:
        """No more help; what is being done ends at its next breath. Waits for that, but not for a thread that hangs."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        until = time.monotonic() + END
        for helper in self._helpers:
            helper.join(max(0.0, until - time.monotonic()))

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
        """Raises Unwanted."""
        began = time.monotonic()
        hand.wants = True
        patience = self._patience if hand.rank is Rank.SPEAKING_PATIENT else None
        while not self._changed.wait_for(lambda: self._over(hand) or self._room(hand.rank) > 0, patience):
            hand.batch.interest, patience = Interest.WANTED, None
        hand.wants = False
        if self._over(hand):
            raise Unwanted
        hand.holds = True
        self._changed.notify_all()
        return time.monotonic() - began

    def _over(self, hand: _Hand) -> bool:
        """Whether it is a helper's, whom nobody needs any more."""
        return hand.step is not None and (self._closed or not hand.step.wanted)

    def _room(self, rank: Rank) -> int:
        """Cores that are free for it; below 0: it holds one that is another's."""
        free = self._count - sum(hand.holds for hand in self._hands.values())
        before = sum(hand.wants and hand.rank < rank for hand in self._hands.values())
        return free - before - (self._reserved() if rank >= Rank.SPEAKING_PATIENT else 0)

    def _reserved(self) -> int:
        """Cores that urgent batches are due and have neither got nor asked for yet."""
        hands = list(self._hands.values())
        urgent = [hand.batch for hand in hands if hand.batch.urgent and not hand.step]
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
            self._hands[get_ident()] = _Hand(step.batch, step, holds=True)
        since = time.monotonic()

        def breathe() -> None:
            nonlocal since
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
        step = min(self._offered, key=lambda step: step.rank, default=None)
        return step if step is not None and self._room(step.rank) > 0 else None
