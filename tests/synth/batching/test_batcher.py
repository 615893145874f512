import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.batching import Batcher, Job, Limits
from synth.batching.order import beginnings_first, by_arrival
from synth.engines import Cost, Interest, Prepared, Utterance, estimate

FREE = Cost(0.0, 0.0)  # an engine that takes no time: nobody is ever late
SLOW = Cost(0.0, 0.5)  # half a second of work for a second of audio


def job(job_id, *, due_in=0.0, audio=1.0, begins=False):
    return Job(job_id, Prepared(Utterance("text", "voice"), audio), due_in, begins)


def batcher_of(cost=FREE, order=None, *, max_batch=1, **limits):
    return Batcher(Limits(max_batch, **limits), cost, *([order] if order else []))


def ids(jobs):
    return [each.job_id for each in jobs]


def test_the_listener_who_runs_dry_first_is_served_first():
    batcher = batcher_of()
    batcher.add(job(1, due_in=3.0), now=10.0)
    batcher.add(job(2, due_in=0.0), now=11.0)
    batcher.add(job(3, due_in=1.0), now=10.5)

    assert [ids(batcher.next(11.0)) for _ in range(3)] == [[2], [3], [1]]


def test_the_first_segments_of_all_come_before_the_second_of_any():
    batcher = batcher_of()
    for stream in range(4):
        batcher.add(job(stream * 2, begins=True), now=0.0)
        batcher.add(job(stream * 2 + 1, due_in=1.2), now=0.0)

    assert [ids(batcher.next(0.0))[0] for _ in range(8)] == [0, 2, 4, 6, 1, 3, 5, 7]


def test_equal_deadlines_are_served_in_the_order_of_arrival():
    batcher = batcher_of(max_batch=2)
    for job_id in (5, 4, 3):
        batcher.add(job(job_id), now=1.0)

    assert ids(batcher.next(1.0)) == [5, 4]
    assert ids(batcher.next(1.0)) == [3]


def test_a_new_listener_cannot_starve_one_whose_time_has_come():
    batcher = batcher_of()
    batcher.add(job(1, due_in=2.0), now=0.0)
    batcher.add(job(2, begins=True), now=2.5)

    assert ids(batcher.next(2.5)) == [1]


def test_other_orders_can_be_measured_against_it():
    for order, expected in ((by_arrival, [1, 2, 3]), (beginnings_first, [3, 2, 1])):
        batcher = batcher_of(order=order)
        batcher.add(job(1, due_in=0.2), now=0.0)
        batcher.add(job(2, due_in=0.0), now=0.1)
        batcher.add(job(3, begins=True), now=0.3)

        assert [ids(batcher.next(0.3))[0] for _ in range(3)] == expected


def test_a_batch_takes_what_is_there_and_waits_for_nobody():
    batcher = batcher_of(max_batch=8)
    batcher.add(job(1), now=0.0)

    assert ids(batcher.next(0.0)) == [1]
    assert batcher.next(0.0) == []


def test_a_batch_ends_where_more_audio_would_not_pay():
    batcher = batcher_of(Cost(fixed=0.010, per_second=0.010), max_batch=64, stretch=4.0)
    for number in range(3):
        batcher.add(job(number, audio=1.5), now=0.0)

    assert ids(batcher.next(0.0)) == [0, 1]  # 0.03 s of work; a third would make it 0.045
    assert ids(batcher.next(0.0)) == [2]


def test_a_job_that_is_longer_than_any_batch_goes_alone():
    batcher = batcher_of(Cost(fixed=0.010, per_second=0.010), max_batch=64, stretch=4.0)
    batcher.add(job(1, audio=100.0), now=0.0)
    batcher.add(job(2, audio=0.1, due_in=1.0), now=0.0)

    assert ids(batcher.next(0.0)) == [1]


def test_a_full_queue_refuses_and_takes_again_when_there_is_room():
    batcher = batcher_of(SLOW, max_queued_audio=2.0)

    assert batcher.add(job(1), now=0.0) is None
    assert batcher.add(job(2), now=0.0) is None
    assert batcher.add(job(3), now=0.0) is not None
    batcher.next(0.0)
    assert batcher.add(job(4), now=0.0) is None
    assert ids(batcher.next(0.0)) == [2]


def test_an_empty_queue_takes_a_job_of_any_length():
    batcher = batcher_of(SLOW, max_queued_audio=1.0)

    assert batcher.add(job(1, audio=300.0), now=0.0) is None
    assert batcher.add(job(2, audio=0.1), now=0.0) > 0


def test_who_would_wait_too_long_for_the_first_sound_is_refused_with_the_time_to_come_again():
    batcher = batcher_of(SLOW, max_late=2.0)
    batcher.add(job(1, audio=4.0, begins=True), now=0.0)
    batcher.next(0.0)  # busy until 2.0
    batcher.add(job(2, audio=3.0, begins=True), now=0.0)

    assert batcher.add(job(3, begins=True), now=0.0) == pytest.approx(1.5)  # it would begin after 3.5
    assert batcher.add(job(3, begins=True), now=1.5) is None


def test_who_listens_already_is_not_refused_for_being_late():
    batcher = batcher_of(SLOW, max_late=2.0)
    batcher.add(job(1, audio=20.0, begins=True), now=0.0)
    batcher.next(0.0)

    assert batcher.add(job(2, begins=True), now=0.0) > 0
    assert batcher.add(job(3), now=0.0) is None


def test_a_new_turn_is_refused_when_those_who_listen_would_run_short():
    batcher = batcher_of(Cost(0.001, 0.5), headroom=0.5)
    batcher.add(job(1, audio=1.0, begins=True), now=0.0)
    batcher.next(0.0)
    batcher.add(job(2, audio=4.0, due_in=5.0), now=0.0)

    assert batcher.add(job(3, audio=0.1, begins=True), now=0.0) > 0  # 0.5 + 2.0 + 0.05 > half of 5.0
    assert batcher_of(Cost(0.001, 0.5), headroom=0.5).add(job(3, audio=0.1, begins=True), now=0.0) is None
    batcher.abandon(2)
    assert batcher.add(job(3, audio=0.1, begins=True), now=0.0) is None


def test_an_idle_engine_refuses_nobody():
    batcher = batcher_of(SLOW, max_late=0.001, headroom=0.001)

    assert batcher.add(job(1, audio=100.0, begins=True), now=0.0) is None


def test_the_wait_is_what_runs_and_what_goes_before():
    batcher = batcher_of(SLOW)
    batcher.add(job(1, audio=2.0), now=0.0)
    batcher.next(0.0)
    batcher.add(job(2, audio=2.0), now=0.0)
    batcher.add(job(3, audio=6.0, due_in=10.0), now=0.0)

    assert batcher.wait(0.25) == pytest.approx(0.75 + 1.0)
    assert batcher.wait(0.25, math.inf) == pytest.approx(0.75 + 1.0 + 3.0)


def speaking(**running):
    """A batcher whose engine breathes, and is at such a job since 0.0."""
    batcher = batcher_of(SLOW)
    batcher.add(job(1, **running), now=0.0)
    batcher.next(0.0)
    assert batcher.interrupt(0.1) == []
    return batcher


def test_what_would_be_late_behind_a_batch_that_has_time_interrupts_it():
    batcher = speaking(audio=10.0, due_in=8.0)
    batcher.add(job(2, audio=1.0), now=1.0)
    batcher.add(job(3, audio=1.0, due_in=2.0), now=1.0)

    assert ids(batcher.interrupt(1.1)) == [2]
    batcher.finish(1.6)
    assert ids(batcher.interrupt(1.6)) == [3]  # ready at 5.5 + 0.5 otherwise, and due at 3.0
    batcher.finish(2.1)
    assert batcher.interrupt(2.2) == []


def test_what_can_wait_for_the_running_batch_does():
    batcher = speaking(audio=2.0, due_in=8.0)
    batcher.add(job(2, audio=1.0, due_in=2.0), now=0.2)  # ready at 1.5

    assert batcher.interrupt(0.3) == []


def test_nothing_interrupts_what_is_due_sooner():
    batcher = speaking(audio=4.0)
    batcher.add(job(2, begins=True), now=0.5)

    assert batcher.interrupt(0.6) == []
    batcher.finish(2.0)
    assert ids(batcher.next(2.0)) == [2]


def test_so_many_batches_stand_aside_and_no_more():
    batcher = speaking(audio=100.0, due_in=40.0)
    for number in range(2, 10):
        batcher.add(job(number, audio=100.0, due_in=40.0 - 2 * number), now=0.2)

    given = [ids(batcher.interrupt(0.3)) for _ in range(6)]
    assert given == [[9], [], [], [], [], []]  # it was the most urgent
    for number, due_in in ((20, 9.0), (21, 8.0), (22, 7.0)):
        batcher.add(job(number, audio=100.0, due_in=due_in), now=0.4)
        given.append(ids(batcher.interrupt(0.5)))
    assert given[6:] == [[20], [21], []]


def test_the_wait_behind_a_batch_that_can_stand_aside_is_its_next_breath():
    batcher = speaking(audio=10.0, due_in=8.0)
    for tenths in range(2, 50):
        assert batcher.interrupt(tenths / 10) == []

    assert batcher.wait(4.9) == pytest.approx(0.1, abs=0.02)
    assert batcher.wait(4.9, due_in=4.0) == pytest.approx(0.1)  # it is due before that, and ready at 5.0
    assert batcher.wait(4.0, math.inf) == pytest.approx(1.0)
    batcher.add(job(2, audio=2.0), now=4.0)
    assert ids(batcher.interrupt(4.0)) == [2]
    assert batcher.wait(4.5, math.inf) == pytest.approx(0.5 + 1.0)


def test_who_is_in_silence_is_urgent_and_who_is_not_has_time_while_nobody_waits():
    batcher = speaking(audio=2.0, due_in=1.4)  # ready at 1.0

    assert batcher.interest(0.2) is Interest.PATIENT
    batcher.add(job(2, audio=2.0, due_in=9.0), now=0.2)
    assert batcher.interest(0.2) is Interest.WANTED
    batcher.abandon(2)
    assert batcher.interrupt(0.9, aside=0.4) == []
    assert batcher.interest(0.9) is Interest.WANTED  # ready at 1.4
    assert batcher.interest(1.4) is Interest.URGENT


def test_what_will_have_help_has_more_time():
    batcher = Batcher(Limits(1), Cost(0.0, 0.5, helped=2.0), engines=2)
    batcher.add(job(1, audio=2.0, due_in=1.0), now=0.0)
    batcher.next(0.0)

    assert batcher.interest(0.0) is Interest.PATIENT  # 0.3, and half of 1.0
    assert batcher.interest(0.5) is Interest.WANTED


def pair(*running):
    """A batcher of two engines that breathe and are at such jobs since 0.0."""
    batcher = Batcher(Limits(1), SLOW, engines=2)
    for number, (audio, due_in) in enumerate(running):
        batcher.add(job(number, audio=audio, due_in=due_in), now=0.0)
        batcher.next(0.0, number)
    for number in range(len(running)):
        assert batcher.interrupt(0.0, number) == []
    return batcher


def test_engines_take_from_one_queue_whoever_is_free():
    batcher = pair((1.0, 0.0), (1.0, 0.0))
    for number in (10, 11):
        batcher.add(job(number, due_in=number), now=0.0)
    batcher.finish(0.5, 1)

    assert ids(batcher.next(0.5, 1)) == [10]
    batcher.finish(1.0, 1)
    assert ids(batcher.next(1.0, 1)) == [11]


def test_of_two_engines_the_one_whose_batch_has_most_time_to_spare_turns_to_what_is_urgent():
    batcher = pair((4.0, 2.5), (6.0, 8.0))  # ready at 2.0 and 3.0
    batcher.add(job(10, audio=1.0), now=1.0)

    assert batcher.interrupt(1.0, 0) == []
    assert ids(batcher.interrupt(1.0, 1)) == [10]
    batcher.add(job(11, audio=1.0), now=1.1)
    assert ids(batcher.interrupt(1.1, 0)) == [11]  # the other has turned to what is due at once


def test_nothing_is_interrupted_while_another_engine_is_free():
    batcher = pair((6.0, 8.0))
    batcher.add(job(10), now=1.0)

    assert batcher.interrupt(1.0, 0) == []
    assert ids(batcher.next(1.0, 1)) == [10]


def test_several_engines_share_what_goes_before():
    batcher = Batcher(Limits(1), SLOW, engines=2)
    for number, audio in enumerate((2.0, 6.0)):
        batcher.add(job(number, audio=audio), now=0.0)
        batcher.next(0.0, number)
    assert batcher.wait(0.5) == pytest.approx(0.5)
    for number in range(10, 13):
        batcher.add(job(number, audio=1.0), now=0.5)

    assert batcher.wait(0.5) == pytest.approx(
        0.5 + 1.5
    )  # three halves by the first, while the second is busy until 3.0
    assert batcher.wait(0.5, math.inf) == pytest.approx(2.0)
    batcher.add(job(13, audio=4.0), now=0.5)
    assert batcher.wait(0.5) == pytest.approx((0.5 + 2.5 + 1.5 + 2.0) / 2)


def test_a_batch_that_does_not_end_is_noticed_on_any_engine():
    batcher = pair((1.0, 0.0), (1.0, 0.0))
    batcher.finish(0.5, 0)

    assert batcher.stuck(10.0)


@pytest.mark.parametrize("aside", [1.0, -0.5])
def test_how_long_its_engine_was_given_to_others_or_had_help_says_nothing_of_its_speed(aside):
    batcher, now = batcher_of(SLOW), 0.0
    for number in range(30):
        batcher.add(job(number, audio=4.0, due_in=50.0), now)
        batcher.next(now)
        assert batcher.interrupt(now + 1.0, aside=aside) == []
        batcher.finish(now + 2.0 + aside)
        now += 2.0 + aside
    batcher.add(job(999, audio=2.0), now)

    assert batcher.wait(now) == pytest.approx(1.0)


def test_how_long_a_batch_stood_aside_says_nothing_of_its_speed():
    batcher, now = batcher_of(SLOW), 0.0
    for number in range(30):
        batcher.add(job(number, audio=4.0, due_in=50.0), now)
        batcher.next(now)
        batcher.add(job(100 + number, audio=2.0), now + 1.0)
        assert ids(batcher.interrupt(now + 1.0)) == [100 + number]
        batcher.finish(now + 2.0)
        batcher.finish(now + 3.0)
        now += 3.0
    batcher.add(job(999, audio=2.0), now)

    assert batcher.wait(now, math.inf) == pytest.approx(1.0)


def test_a_turn_that_is_refused_need_not_come_again_at_once():
    batcher = batcher_of(SLOW, max_late=0.1)
    batcher.add(job(1, audio=0.3, begins=True), now=0.0)
    batcher.next(0.0)

    assert batcher.add(job(2, begins=True), now=0.0) == 0.5


def test_it_learns_how_fast_the_engine_is():
    batcher, now = batcher_of(SLOW), 0.0
    for number in range(60):
        batcher.add(job(number), now)
        batcher.next(now)
        now += 1.0  # twice what the engine guessed
        batcher.finish(now)
    batcher.add(job(99), now)

    assert batcher.wait(now, math.inf) == pytest.approx(1.0, rel=0.01)


def test_a_batch_that_does_not_end_is_noticed():
    batcher = batcher_of(SLOW)
    batcher.add(job(1), now=0.0)

    assert not batcher.stuck(100.0)
    batcher.next(100.0)
    assert not batcher.stuck(107.0)
    assert batcher.stuck(108.0)
    batcher.finish(108.0)
    assert not batcher.stuck(200.0)


def test_an_abandoned_job_leaves_the_queue_and_its_room():
    batcher = batcher_of(SLOW, max_batch=4, max_queued_audio=2.0)
    batcher.add(job(1), now=0.0)
    batcher.add(job(2), now=0.0)

    batcher.abandon(1)
    batcher.abandon(1)
    batcher.abandon(99)

    assert batcher.add(job(3), now=0.0) is None
    assert ids(batcher.next(0.0)) == [2, 3]
    assert batcher.wait(100.0, math.inf) == 0.0


def test_abandoned_jobs_cost_no_memory():
    batcher = batcher_of()
    batcher.add(job(0, due_in=0.0), now=0.0)
    for number in range(1, 10_000):
        batcher.add(job(number, due_in=1000.0), now=0.0)
        batcher.abandon(number)

    assert len(batcher._places) < 200
    assert ids(batcher.next(0.0)) == [0]


def test_audio_is_estimated_by_the_length_of_the_text_and_its_speed():
    assert Job(1, estimate(Utterance("x" * 30, "voice"))).audio == 2.0
    assert Job(1, estimate(Utterance("x" * 30, "voice", speed=2.0))).audio == 1.0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.floats(0, 10), st.floats(0.05, 50), st.booleans()),
        st.tuples(st.just("abandon"), st.integers(0, 30)),
        st.tuples(st.just("next")),
    ),
    max_size=60,
)


@given(STEPS, st.integers(1, 5), st.floats(0.5, 60))
def test_every_job_is_given_out_once_or_refused_or_abandoned_and_the_most_urgent_first(steps, max_batch, limit):
    batcher, waiting = batcher_of(SLOW, max_batch=max_batch, max_queued_audio=limit, max_late=20.0), {}
    for now, step in enumerate(steps):
        match step:
            case "add", due_in, audio, begins:
                new = job(now, due_in=due_in, audio=audio, begins=begins)
                queued = sum(old.audio for old, _ in waiting.values())
                refused = batcher.add(new, now)
                assert refused is None or (waiting and queued + audio > limit - 1e-6) or begins
                if refused is None:
                    waiting[now] = new, now + due_in
                else:
                    assert refused > 0
            case "abandon", job_id:
                batcher.abandon(job_id)
                waiting.pop(job_id, None)
            case _:
                batch = batcher.next(now)
                batcher.finish(now)
                expected = sorted(waiting.values(), key=lambda each: each[1])[:max_batch]
                assert batch == [each for each, _ in expected]
                for each in batch:
                    del waiting[each.job_id]
        assert abs(batcher.queued_audio - sum(each.audio for each, _ in waiting.values())) < 1e-6
        assert bool(batcher._backlog.total) == bool(waiting)
