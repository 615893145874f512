import asyncio
import time

import pytest

from gateway.core.events import (
    Audio,
    Cleared,
    ContextDone,
    ContextOpened,
    FlushDone,
    Limits,
    SessionDone,
    SessionOpened,
    Usage,
    Warned,
    Words,
)
from gateway.core.formats import AudioFormat
from gateway.outbox import HIGH_MARK, LOW_MARK, MOST_PACED, MOST_WAITING, Outbox

CHUNK = 1000


def audio(context_id, sequence, size=2):
    return Audio(context_id, 1, sequence, bytes(size))


def fill(outbox, size, context_id="a"):
    for sequence in range(size // CHUNK):
        outbox.put(audio(context_id, sequence, CHUNK))


async def take(outbox, count):
    return [await outbox.take() for _ in range(count)]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms():
    """An item for each time that the outbox told that it has room again."""
    return []


@pytest.fixture
def outbox(clock, rooms):
    return Outbox(clock, lambda: rooms.append(True))


async def test_a_lane_keeps_its_order(outbox):
    events = [audio("a", 1), FlushDone("a", 1, Usage()), audio("a", 2), ContextDone("a", Usage())]
    for event in events:
        outbox.put(event)

    assert await take(outbox, 4) == events


async def test_lanes_take_turns(outbox):
    for event in (audio("a", 1), audio("a", 2), audio("a", 3), audio("b", 1), audio("b", 2), audio("c", 1)):
        outbox.put(event)

    order = [(event.context_id, event.sequence) for event in await take(outbox, 6)]

    assert order == [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 2), ("a", 3)]


async def test_a_lane_that_ran_empty_comes_behind_those_that_wait(outbox):
    for event in (audio("a", 1), audio("b", 1), audio("b", 2)):
        outbox.put(event)
    await outbox.take()
    outbox.put(audio("a", 2))

    assert [event.context_id for event in await take(outbox, 3)] == ["b", "a", "b"]


async def test_what_belongs_to_no_context_has_a_lane_of_its_own(outbox):
    opened = SessionOpened(Limits())
    warned = Warned(None, "draining", "")
    for event in (opened, audio("a", 1), audio("a", 2), warned):
        outbox.put(event)

    assert await take(outbox, 4) == [opened, audio("a", 1), warned, audio("a", 2)]


async def test_the_session_is_done_after_everything_else(outbox):
    for event in (SessionDone(), audio("a", 1), audio("a", 2), audio("b", 1)):
        outbox.put(event)

    assert (await take(outbox, 4))[-1] == SessionDone()


async def test_taking_waits_for_something(outbox):
    taking = asyncio.ensure_future(outbox.take())
    await asyncio.sleep(0)
    assert not taking.done()

    outbox.put(audio("a", 1))

    assert await taking == audio("a", 1)


async def test_workers_pause_above_the_high_mark_and_go_on_at_the_low_one(outbox, rooms):
    fill(outbox, HIGH_MARK)
    assert not outbox.full
    outbox.put(audio("a", 0, CHUNK))
    assert outbox.full

    await take(outbox, (HIGH_MARK - LOW_MARK) // CHUNK)
    assert outbox.full
    assert not rooms
    await outbox.take()

    assert not outbox.full
    assert rooms == [True]
    await take(outbox, LOW_MARK // CHUNK)
    assert rooms == [True], "it is told once"


async def test_only_audio_counts_as_waiting(outbox):
    for _ in range(HIGH_MARK // 100):
        outbox.put(Words("a", 1, ()))

    assert not outbox.full


async def test_a_barge_in_takes_audio_and_words_out_and_leaves_the_marks(outbox):
    kept = [FlushDone("a", 1, Usage()), Warned("a", "x", "")]
    for event in (audio("a", 1, 10), Words("a", 1, ()), kept[0], audio("a", 2, 20), kept[1]):
        outbox.put(event)

    assert outbox.drop_audio("a") == 30

    assert await take(outbox, 2) == kept


async def test_a_barge_in_leaves_the_other_lanes_alone(outbox):
    for event in (audio("a", 1), audio("b", 1), audio("a", 2)):
        outbox.put(event)
    outbox.drop_audio("a")
    outbox.put(Cleared("a", "", ""))

    assert await take(outbox, 2) == [audio("b", 1), Cleared("a", "", "")]


async def test_a_lane_that_a_barge_in_emptied_waits_for_something_new(outbox):
    outbox.put(audio("a", 1))
    outbox.drop_audio("a")
    taking = asyncio.ensure_future(outbox.take())
    await asyncio.sleep(0)
    assert not taking.done()

    outbox.put(audio("a", 2))

    assert await taking == audio("a", 2)


async def test_a_barge_in_makes_room(outbox, rooms):
    fill(outbox, HIGH_MARK + CHUNK)

    outbox.drop_audio("a")

    assert rooms == [True]


async def test_a_barge_in_of_a_small_lane_makes_no_room_above_the_low_mark(outbox):
    fill(outbox, HIGH_MARK)
    outbox.put(audio("b", 1, CHUNK))
    assert outbox.full

    outbox.drop_audio("b")

    assert outbox.full


async def test_dropping_the_audio_of_nobody_drops_nothing(outbox):
    assert outbox.drop_audio("nobody") == 0


async def test_it_tells_what_comes_next_for_the_audio_of_a_context(outbox):
    for event in (FlushDone("a", 1, Usage()), ContextDone("a", Usage()), audio("b", 1), Cleared("b", "", "")):
        outbox.put(event)

    assert outbox.coming("a") == ContextDone("a", Usage())
    assert outbox.coming("b") == audio("b", 1)
    assert outbox.coming("nobody") is None


def paced(context_id="a", *, paced=True, rate=1000):
    output = AudioFormat("pcm_s16le", rate, paced=paced)
    return ContextOpened(context_id, "ann", output, sample_rate=rate)


def raw(context_id="a"):
    return paced(context_id, paced=False)


async def test_paced_audio_leaves_in_pieces_no_sooner_than_its_listener_needs_it(outbox, clock):
    outbox.put(paced())
    outbox.put(audio("a", 1, 2 * 1000))
    await outbox.take()

    left = await take(outbox, 4)  # the first at once, and as much as bridges a slow network

    assert [len(event.pcm) for event in left] == [200] * 4
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(outbox.take(), 0.01)
    clock.now = 0.1
    assert len((await outbox.take()).pcm) == 200


async def test_a_paced_context_holds_up_no_other(outbox):
    outbox.put(paced())
    outbox.put(audio("a", 1, 2 * 1000))
    await take(outbox, 5)
    outbox.put(audio("b", 1))

    assert (await outbox.take()).context_id == "b"


async def test_a_barge_in_overtakes_paced_audio(outbox):
    outbox.put(paced())
    outbox.put(audio("a", 1, 2 * 1000))
    await take(outbox, 5)

    assert outbox.drop_audio("a") == 2 * 600
    outbox.put(Cleared("a", "", ""))

    assert isinstance(await outbox.take(), Cleared)


async def test_a_name_that_is_given_again_keeps_no_pace(outbox, rooms):
    for event in (paced(), audio("a", 1, 2 * 100), ContextDone("a", Usage()), raw()):
        outbox.put(event)
    fill(outbox, HIGH_MARK + CHUNK)

    assert outbox.full, "a listener without a pace is as slow as it is"
    left = await take(outbox, 4 + HIGH_MARK // CHUNK + 1)
    assert len(left[4].pcm) == CHUNK, "and gets what there is"
    assert rooms == [True]


async def test_a_name_that_is_given_again_with_a_pace_leaves_the_accounts_in_order(outbox, rooms):
    outbox.put(raw())
    fill(outbox, HIGH_MARK + CHUNK)
    for event in (ContextDone("a", Usage()), paced(), audio("a", 1, 2 * 1000)):
        outbox.put(event)

    await take(outbox, 1 + HIGH_MARK // CHUNK + 1)  # at once: none of it has a pace

    assert not outbox.full
    assert rooms == [True]
    await take(outbox, 2 + 4)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(outbox.take(), 0.01)


async def test_a_barge_in_into_a_name_that_is_given_again_leaves_the_accounts_in_order(outbox, rooms):
    outbox.put(raw())
    fill(outbox, HIGH_MARK + CHUNK)
    for event in (ContextDone("a", Usage()), paced(), audio("a", 1, 2 * 1000)):
        outbox.put(event)

    assert outbox.drop_audio("a") == HIGH_MARK + CHUNK + 2 * 1000

    assert rooms == [True]
    fill(outbox, HIGH_MARK, "b")
    assert not outbox.full


def put_paced(outbox, contexts, seconds):
    for number in range(contexts):
        outbox.put(paced(str(number)))
        for sequence in range(seconds):
            outbox.put(audio(str(number), sequence, 2 * 1000))


async def test_as_many_paced_contexts_as_there_may_be_do_not_look_like_a_client_that_does_not_read(outbox):
    put_paced(outbox, contexts=32, seconds=35)

    assert not outbox.overfull


async def test_paced_audio_has_a_bound_of_its_own(outbox):
    """A context ends when its speech is made; another may be opened while it waits."""
    size = 1_000_000
    for number in range(MOST_PACED // size + 1):
        outbox.put(paced(str(number), rate=100_000))
        outbox.put(audio(str(number), 1, size))
        outbox.put(ContextDone(str(number), Usage()))
    assert outbox.overfull

    outbox.drop_audio("0")

    assert not outbox.overfull


async def test_paced_audio_that_has_left_waits_no_more(outbox):
    size = MOST_PACED // 2
    for _ in range(3):
        outbox.put(paced(rate=2 * size))  # a quarter of a second, which a listener gets at once
        outbox.put(audio("a", 1, size))
        outbox.put(ContextDone("a", Usage()))
        await take(outbox, 2 + 3)

        assert not outbox.overfull


async def test_paced_audio_leaves_the_count_of_events_in_order(outbox):
    put_paced(outbox, contexts=1, seconds=1)
    await take(outbox, 1 + 4)
    outbox.drop_audio("0")
    for _ in range(MOST_WAITING):
        outbox.put(Warned("a", "x", ""))

    assert not outbox.overfull
    outbox.put(Warned("a", "x", ""))
    assert outbox.overfull


async def test_thousands_of_answers_that_wait_are_told_apart_in_no_time(outbox):
    """A walk through the lane for each of them would take a second."""
    marks = [FlushDone("a", flush_id, Usage()) for flush_id in range(2_000)]
    started = time.process_time()
    for mark in marks:
        outbox.put(mark)
        outbox.drop_audio("a")
        outbox.put(Cleared("a", "", ""))
    outbox.put(audio("a", 1))
    while (event := await outbox.take()) != audio("a", 1):
        expected = Cleared if isinstance(event, FlushDone) else Cleared | Audio
        assert isinstance(outbox.coming("a"), expected)

    assert time.process_time() - started < 0.5
