import pytest

from loadtest.faults import Fault
from loadtest.listener import Listener
from loadtest.pcm_ear import PcmEar
from loadtest.signature import BLOCK_BYTES, block, pcm


@pytest.fixture
def faults():
    return []


@pytest.fixture
def listener(faults):
    def note(fault, _story):
        faults.append(fault)

    return Listener(PcmEar(note), note)


def hear(listener, audio, first=1, size=960):
    for number, start in enumerate(range(0, len(audio), size), first):
        listener.audio(number, audio[start : start + size])


def say(listener, text):
    listener.append(text)
    listener.flush()


def test_all_that_was_said_in_order_and_once_is_right(listener, faults):
    say(listener, "one ")
    hear(listener, pcm("one"))
    listener.flush_done(1)
    say(listener, "two")
    hear(listener, pcm("two"), first=11)
    listener.flush_done(2)
    listener.close()
    listener.done()

    assert faults == []
    assert listener.finished


def test_the_rest_of_a_flush_may_share_a_frame_with_what_follows(listener, faults):
    say(listener, "one ")
    hear(listener, pcm("one")[:-900])
    listener.flush_done(1)
    listener.append("two")
    listener.audio(11, pcm("onetwo")[len(pcm("one")) - 900 :])
    listener.close()
    listener.flush_done(2)
    listener.done()

    assert faults == []


def test_a_frame_that_is_missing_at_the_end_of_a_flush_is_found(listener, faults):
    say(listener, "one")
    hear(listener, pcm("one")[:-960])
    listener.flush_done(1)

    assert faults == [Fault.MISSING_AUDIO]


def test_a_sample_that_is_missing_at_the_end_of_a_context_is_found(listener, faults):
    say(listener, "one")
    hear(listener, pcm("one")[:-2])
    listener.flush_done(1)
    listener.done()

    assert faults == [Fault.MISSING_AUDIO]


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        (pcm("ona"), Fault.WRONG_AUDIO),
        (pcm("one")[:5000] + pcm("one")[5002:], Fault.DISPLACED_AUDIO),
        (pcm("one")[:4000] + pcm("one")[3000:], Fault.DISPLACED_AUDIO),
        (pcm("onex"), Fault.SURPLUS_AUDIO),
        (pcm("one")[:961], Fault.ODD_BYTES),
    ],
)
def test_wrong_samples_are_found_once(listener, faults, heard, fault):
    say(listener, "one")
    hear(listener, heard)

    assert faults == [fault]


def test_a_hole_in_the_sequence_is_found(listener, faults):
    say(listener, "one")
    hear(listener, pcm("one"), first=2)

    assert faults == [Fault.SEQUENCE_HOLE]


def test_a_flush_id_of_the_past_is_found(listener, faults):
    for number, word in enumerate(("one", "two", "six"), 1):
        say(listener, word)
        listener.audio(number, pcm(word), flush_id=1)
        listener.flush_done(number)

    assert faults == [Fault.WRONG_FLUSH_ID]


@pytest.mark.parametrize("flush_id", [0, 2])
def test_a_flush_done_out_of_turn_is_found(listener, faults, flush_id):
    listener.append("one")
    listener.flush()
    listener.flush_done(flush_id)

    assert faults == [Fault.UNEXPECTED_FLUSH_DONE]


def test_a_second_flush_done_is_found(listener, faults):
    say(listener, "one")
    hear(listener, pcm("one"))
    listener.flush_done(1)
    listener.flush_done(1)

    assert faults == [Fault.UNEXPECTED_FLUSH_DONE]


def test_a_flush_done_that_never_comes_is_found(listener, faults):
    say(listener, "one")
    hear(listener, pcm("one"))
    listener.done()

    assert faults == [Fault.MISSING_FLUSH_DONE]


def test_after_a_barge_in_the_next_text_is_heard_from_its_beginning(listener, faults):
    say(listener, "one two ")
    hear(listener, pcm("one"))
    listener.clear()
    say(listener, "six")
    listener.audio(11, pcm("tw")[:100])
    listener.flush_done(1)
    listener.cleared("one ", "two ")
    listener.audio(12, pcm("six"))
    listener.flush_done(2)
    listener.close()
    listener.done()

    assert faults == []


def test_cleared_text_that_goes_on_is_found(listener, faults):
    listener.append("one two ")
    hear(listener, pcm("one"))
    listener.clear()
    listener.cleared("one ", "two ")
    listener.audio(11, pcm("two")[:960])

    assert faults == [Fault.AUDIO_AFTER_CLEARED]


def test_cleared_text_that_goes_on_over_the_next_is_found(listener, faults):
    listener.append("one two ")
    hear(listener, pcm("one"))
    listener.clear()
    listener.cleared("one ", "two ")
    listener.append("six")
    listener.audio(11, pcm("two")[:960])

    assert faults == [Fault.AUDIO_AFTER_CLEARED]


def test_the_text_of_a_barge_in_is_that_since_the_last_one(listener, faults):
    listener.append("one ")
    listener.clear()
    listener.append("two ")
    listener.clear()
    listener.append("six ")
    listener.cleared("", "one ")
    listener.cleared("", "two ")
    assert faults == []

    listener.clear()
    listener.cleared("", "one ")
    assert faults == [Fault.HEARD_TEXT]


def test_a_flush_that_a_barge_in_overtook_is_done_before_cleared(listener, faults):
    say(listener, "one")
    listener.clear()
    listener.cleared("", "one")

    assert faults == [Fault.MISSING_FLUSH_DONE]


def test_cleared_without_a_barge_in_is_found(listener, faults):
    listener.append("one")
    listener.cleared("", "one")

    assert faults == [Fault.UNEXPECTED_CLEARED]


def test_a_message_may_end_anywhere_in_a_block(listener, faults):
    say(listener, "abcdefg")
    hear(listener, pcm("abcdefg"), size=2 * BLOCK_BYTES + 34)
    listener.flush_done(1)

    assert faults == []
    assert block("a") != block("b")
