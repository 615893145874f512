from hypothesis import given
from hypothesis import strategies as st

from synth.batcher import Batcher, Job
from synth.engines import Utterance, estimate


def job(job_id, *, due_in=0.0, characters=15, speed=1.0):
    return Job(job_id, estimate(Utterance("x" * characters, "voice", speed=speed)), due_in)


def ids(jobs):
    return [each.job_id for each in jobs]


def test_the_listener_who_runs_dry_first_is_served_first():
    batcher = Batcher(max_batch=1, max_queued_audio=100)
    batcher.add(job(1, due_in=3.0), now=10.0)
    batcher.add(job(2, due_in=0.0), now=11.0)
    batcher.add(job(3, due_in=1.0), now=10.5)

    assert [ids(batcher.next()) for _ in range(3)] == [[2], [3], [1]]


def test_equal_deadlines_are_served_in_the_order_of_arrival():
    batcher = Batcher(max_batch=2, max_queued_audio=100)
    for job_id in (5, 4, 3):
        batcher.add(job(job_id), now=1.0)

    assert ids(batcher.next()) == [5, 4]
    assert ids(batcher.next()) == [3]


def test_an_urgent_job_that_comes_late_cannot_starve_one_whose_time_has_come():
    batcher = Batcher(max_batch=1, max_queued_audio=100)
    batcher.add(job(1, due_in=2.0), now=0.0)
    batcher.add(job(2, due_in=0.0), now=2.5)

    assert ids(batcher.next()) == [1]


def test_a_batch_takes_what_is_there_and_waits_for_nobody():
    batcher = Batcher(max_batch=8, max_queued_audio=100)
    batcher.add(job(1), now=0.0)

    assert ids(batcher.next()) == [1]
    assert batcher.next() == []


def test_audio_is_estimated_at_fifteen_characters_a_second_and_by_speed():
    assert job(1, characters=30).audio == 2.0
    assert job(1, characters=30, speed=2.0).audio == 1.0


def test_a_full_queue_refuses_and_takes_again_when_there_is_room():
    batcher = Batcher(max_batch=1, max_queued_audio=2.0)

    assert batcher.add(job(1), now=0.0)
    assert batcher.add(job(2), now=0.0)
    assert not batcher.add(job(3), now=0.0)
    batcher.next()
    assert batcher.add(job(4), now=0.0)
    assert ids(batcher.next()) == [2]


def test_an_empty_queue_takes_a_job_of_any_length():
    batcher = Batcher(max_batch=1, max_queued_audio=1.0)

    assert batcher.add(job(1, characters=5000), now=0.0)
    assert not batcher.add(job(2, characters=1), now=0.0)


def test_an_abandoned_job_leaves_the_queue_and_its_room():
    batcher = Batcher(max_batch=4, max_queued_audio=2.0)
    batcher.add(job(1), now=0.0)
    batcher.add(job(2), now=0.0)

    batcher.abandon(1)
    batcher.abandon(1)
    batcher.abandon(99)

    assert batcher.add(job(3), now=0.0)
    assert ids(batcher.next()) == [2, 3]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.floats(-1, 10), st.integers(1, 200), st.sampled_from([0.25, 1.0, 4.0])),
        st.tuples(st.just("abandon"), st.integers(0, 30)),
        st.tuples(st.just("next")),
    ),
    max_size=60,
)


@given(STEPS, st.integers(1, 5), st.floats(0.5, 60))
def test_every_job_is_given_out_once_or_refused_or_abandoned_and_the_most_urgent_first(steps, max_batch, limit):
    batcher, waiting = Batcher(max_batch, limit), {}
    for now, step in enumerate(steps):
        match step:
            case "add", due_in, characters, speed:
                new = job(now, due_in=due_in, characters=characters, speed=speed)
                queued = sum(old.audio for old, _ in waiting.values())
                taken = batcher.add(new, now)
                assert taken or (waiting and queued + new.audio > limit - 1e-6)
                if taken:
                    waiting[now] = new, now + due_in
            case "abandon", job_id:
                batcher.abandon(job_id)
                waiting.pop(job_id, None)
            case _:
                batch = batcher.next()
                expected = sorted(waiting.values(), key=lambda each: each[1])[:max_batch]
                assert batch == [each for each, _ in expected]
                for each in batch:
                    del waiting[each.job_id]
        assert abs(batcher.queued_audio - sum(each.audio for each, _ in waiting.values())) < 1e-6
