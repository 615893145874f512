"""Who computes, on real threads; the work is only waiting for the test."""

import random
import threading
import weakref
from contextlib import contextmanager, suppress

import pytest

from synth.engines import Interest
from synth.engines.kokoro.cores import Cores
from synth.engines.kokoro.sharing import share

SOON = 10  # seconds: far more than anything here takes


@contextmanager
def cores(count, patience=SOON):
    made = Cores(count, patience=patience)
    try:
        yield made
    finally:
        made.close()


class Gone(Exception):
    """Nobody listens any more."""


class Speaker:
    """A thread that speaks a batch: what the test says, one thing after the other."""

    def __init__(self, cores, interest=Interest.WANTED):
        self.interest = interest
        self.told = []
        self._cores = cores
        self._said = threading.Condition()
        self._calls = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def do(self, call):
        """Of the executor. What gives its result."""
        done, made = threading.Event(), []
        with self._said:
            self._calls.append(lambda executor: (made.append(call(executor)), done.set()))
            self._said.notify()

        def result(timeout=SOON):
            return made[0] if done.wait(timeout) else None

        return result

    def end(self):
        with self._said:
            self._calls.append(None)
            self._said.notify()
        self._thread.join(SOON)
        assert not self._thread.is_alive()

    def _run(self):
        with share(self._cores, self._breathe) as executor:
            while call := self._next():
                call(executor)

    def _next(self):
        with self._said:
            assert self._said.wait_for(lambda: self._calls, SOON)
            return self._calls.pop(0)

    def _breathe(self, aside):
        self.told.append(aside)
        return self.interest


class Held:
    """A step that is being done until the test lets it go."""

    def __init__(self, *, breathes=False):
        self.begun, self.let_go = threading.Event(), threading.Event()
        self.by = None
        self._breathes = breathes

    def __call__(self, breathe):
        self.by = threading.current_thread().name
        self.begun.set()
        while not self.let_go.wait(0.001 if self._breathes else SOON):
            breathe()
        return self


def test_steps_are_done_side_by_side_and_asked_for_in_any_order():
    with cores(2) as two:
        speaker, step = Speaker(two), Held()
        asked = speaker.do(lambda executor: (executor.submit(step), executor.submit(lambda _: "other")))
        assert step.begun.wait(SOON)  # though nobody has asked for it
        first, second = asked()

        assert speaker.do(lambda _: second())() == "other"
        assert step.by.startswith("helper-")
        step.let_go.set()
        assert speaker.do(lambda _: first())() is step
        speaker.end()


def test_what_nobody_has_begun_is_done_by_who_asks():
    with cores(2) as two:
        speaker, neighbour = Speaker(two), Speaker(two)
        assert neighbour.do(lambda _: "has the other core")()

        names = speaker.do(
            lambda executor: [executor.submit(lambda _: threading.current_thread().name)() for _ in range(3)]
        )()
        assert set(names) == {speaker._thread.name}
        speaker.end()
        neighbour.end()


def test_who_would_wait_does_another_step_meanwhile():
    with cores(2) as two:
        speaker, step, done = Speaker(two), Held(), threading.Event()

        def ask(executor):
            first = executor.submit(step)
            assert step.begun.wait(SOON)
            executor.submit(lambda _: done.set())
            return first()

        asked = speaker.do(ask)
        assert done.wait(SOON)
        step.let_go.set()
        assert asked() is step
        speaker.end()


def test_a_patient_batch_stands_aside_for_an_urgent_one_until_that_is_over():
    with cores(2) as two:
        urgent, patient, step = Speaker(two, Interest.URGENT), Speaker(two, Interest.PATIENT), Held()
        assert urgent.do(lambda _: True)()
        went_on = patient.do(lambda executor: executor.breathe() or True)
        assert went_on(0.05) is None

        helped = urgent.do(lambda executor: executor.submit(step))
        assert step.begun.wait(SOON)  # on the patient one's core
        step.let_go.set()
        assert urgent.do(lambda _: helped()())() is step
        assert went_on(0.05) is None
        urgent.end()
        assert went_on()
        assert patient.do(lambda executor: executor.breathe() or True)()
        assert sum(patient.told) > 0.05  # seconds
        patient.end()


def test_patience_ends_however_many_urgent_ones_follow():
    with cores(2, patience=0.05) as two:
        urgent, patient = Speaker(two, Interest.URGENT), Speaker(two, Interest.PATIENT)
        assert urgent.do(lambda _: True)()

        assert patient.do(lambda executor: executor.breathe() or True)()
        assert sum(patient.told) < 1  # nobody has ended meanwhile
        urgent.end()
        patient.end()


def test_who_stands_aside_for_a_batch_within_another_goes_on_when_that_one_is_over():
    with cores(2) as two:
        outer, patient = Speaker(two), Speaker(two, Interest.PATIENT)
        begun, over = threading.Event(), threading.Event()

        def within(_executor):
            with share(two, lambda _aside: Interest.URGENT):
                begun.set()
                assert over.wait(SOON)
            return True

        inner = outer.do(within)
        assert begun.wait(SOON)
        went_on = patient.do(lambda executor: executor.breathe() or True)
        assert went_on(0.05) is None
        over.set()
        assert inner()
        assert went_on()
        outer.end()
        patient.end()


def test_who_waits_for_a_step_lends_its_urgency_to_who_does_it():
    """The helper's core went to an urgent batch; its step is not left to the end of that."""
    with cores(2) as two:
        speaker, step = Speaker(two), Held(breathes=True)
        asked = speaker.do(lambda executor: executor.submit(step))
        assert step.begun.wait(SOON)
        urgent = Speaker(two, Interest.URGENT)
        assert urgent.do(lambda _: True)()
        step.let_go.set()

        assert speaker.do(lambda _: asked()())() is step
        urgent.end()
        speaker.end()


def test_a_batch_that_is_left_does_not_wait_for_a_core():
    with cores(2) as two:
        speaker, step = Speaker(two), Held(breathes=True)
        speaker.do(lambda executor: executor.submit(step))
        assert step.begun.wait(SOON)
        others = [Speaker(two, Interest.URGENT)]
        assert others[0].do(lambda _: True)()  # has got the helper's core

        speaker.end()
        others[0].end()


def test_a_step_that_fails_before_its_turn_ends_the_batch_at_once():
    def fail(_breathe):
        raise Gone

    def ask(executor):
        first = executor.submit(step)
        assert step.begun.wait(SOON)
        executor.submit(fail)
        with pytest.raises(Gone):
            first()
        return True

    with cores(2) as two:
        speaker, step = Speaker(two), Held()
        assert speaker.do(ask)()  # though nobody has let the first one go
        step.let_go.set()
        speaker.end()


def test_closing_ends_help_that_stands_aside():
    two = Cores(2)
    speaker, step = Speaker(two), Held(breathes=True)
    speaker.do(lambda executor: executor.submit(step))
    assert step.begun.wait(SOON)
    neighbour = Speaker(two)
    assert neighbour.do(lambda _: True)()

    two.close()
    assert not any(helper.is_alive() for helper in two._helpers)
    speaker.end()
    neighbour.end()


def test_nothing_that_a_failed_step_held_outlives_it():
    class Large:
        pass

    def fail(_breathe):
        large = Large()
        gone.append(weakref.ref(large))
        raise Gone

    gone = []
    with cores(2) as two, suppress(Gone), share(two, lambda _aside: Interest.WANTED) as executor:
        executor.submit(fail)()
    assert gone[0]() is None


def test_a_batch_that_is_not_patient_keeps_its_core():
    with cores(2) as two:
        urgent, other = Speaker(two, Interest.URGENT), Speaker(two)
        assert urgent.do(lambda _: True)()

        assert other.do(lambda executor: executor.breathe() or True)()
        urgent.end()
        other.end()


@pytest.mark.parametrize("becomes", Interest)
def test_a_helper_stands_aside_for_who_speaks_and_goes_on_when_there_is_a_core(becomes):
    with cores(2) as two:
        speaker, step = Speaker(two), Held(breathes=True)
        asked = speaker.do(lambda executor: executor.submit(step))
        assert step.begun.wait(SOON)
        neighbour = Speaker(two)
        assert neighbour.do(lambda _: True)()  # has got the helper's core
        step.let_go.set()
        speaker.interest = becomes

        assert speaker.do(lambda executor: executor.breathe() or asked()())() is step  # on its own, which waits
        speaker.end()
        neighbour.end()


def test_help_is_told_as_the_seconds_that_it_saved():
    with cores(2) as two:
        speaker, step = Speaker(two), Held(breathes=True)
        speaker.do(lambda executor: executor.submit(step))
        assert step.begun.wait(SOON)
        while not sum(speaker.told) < 0:
            assert speaker.do(lambda executor: executor.breathe() or True)()
        step.let_go.set()
        speaker.end()


def test_what_a_step_raises_is_raised_for_who_asks():
    def fail(_breathe):
        raise ValueError("no")

    def ask(executor):
        with pytest.raises(ValueError, match="no"):
            executor.submit(fail)()
        return True

    with cores(2) as two:
        speaker = Speaker(two)
        assert speaker.do(ask)()
        speaker.end()


def test_no_step_outlives_its_batch():
    with cores(2) as two:
        speaker, step, never = Speaker(two), Held(breathes=True), Held()
        speaker.do(lambda executor: (executor.submit(step), executor.submit(never)))
        assert step.begun.wait(SOON)

        speaker.end()  # at the step's next breath
        assert not never.begun.is_set()
        after = Speaker(two)
        assert after.do(lambda executor: executor.submit(lambda _: True)())()
        after.end()


def test_a_batch_within_another_is_spoken_on_the_same_core():
    with cores(2) as two:
        speaker, neighbour = Speaker(two), Speaker(two)
        assert neighbour.do(lambda _: True)()

        def within(_executor):
            with share(two, lambda _aside: Interest.URGENT) as inner:
                return inner.submit(lambda _: "said")()

        assert speaker.do(within)() == "said"
        neighbour.end()
        speaker.end()


def test_with_one_core_there_is_no_help():
    before = threading.active_count()
    with cores(1) as one:
        speaker = Speaker(one)
        assert speaker.do(lambda executor: executor.submit(lambda _: threading.active_count())())() == before + 1
        speaker.end()


def speak_at_random(cores, dice, depth=0):
    """Batches within batches, of which some are left in the middle and some steps fail."""

    def breathe(_aside):
        if dice.random() < 0.02:
            raise Gone
        if depth < 2 and dice.random() < 0.1:
            with suppress(Gone):
                speak_at_random(cores, dice, depth + 1)
        return dice.choice([Interest.WANTED, Interest.PATIENT, Interest.URGENT])

    def step(breathe):
        for _ in range(dice.randrange(6)):
            breathe()
        if dice.random() < 0.02:
            raise Gone

    with share(cores, breathe) as executor:
        results = [executor.submit(step) for _ in range(dice.randrange(5))]
        executor.breathe()
        for result in results:
            result()


@pytest.mark.parametrize("count", [2, 4])
def test_whatever_batches_do_none_is_stuck(count):
    def speak(seed):
        dice = random.Random(seed)
        for _ in range(1000):
            with suppress(Gone):
                speak_at_random(several, dice)

    with cores(count) as several:
        threads = [threading.Thread(target=speak, args=(seed,), daemon=True) for seed in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SOON)
        assert not any(thread.is_alive() for thread in threads)
        assert not several._hands
        assert not several._offered
