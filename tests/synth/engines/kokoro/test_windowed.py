"""The engine with `windowed`: the first segment of a turn is told in two pieces, and nothing else is changed."""

import numpy as np
import pytest

from synth.config import KokoroOptions, WorkerConfig
from synth.engines import CannotOpen, Utterance
from synth.engines.table import open_engine

TEXT = "This one begins a turn, and it is not short."
BREATH = "breath"


def open_kokoro(checkpoint, **options):
    options = {"weights": str(checkpoint / "model.pth"), "device": "cpu", "windowed": True, **options}
    return open_engine(WorkerConfig(listen="unix:/unused", engine="kokoro", kokoro=KokoroOptions(**options)))


@pytest.fixture(scope="module")
def engine(small_checkpoint):
    engine = open_kokoro(small_checkpoint, max_batch=8)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def plain(small_checkpoint):
    engine = open_kokoro(small_checkpoint, windowed=False)
    yield engine
    engine.close()


def hear(engine, *utterances, wanted=lambda _heard: True):
    """Chunks, and BREATH for each breath, until they are not wanted."""
    heard = []

    def emit(chunk):
        heard.append(BREATH if chunk.breath else chunk)
        return wanted(heard)

    engine.synthesize([engine.prepare(each) for each in utterances], emit)
    return heard


def begins(text=TEXT, **fields):
    return Utterance(text, "af_heart", begins=True, **fields)


def chunks(heard, utterance=0):
    return [each for each in heard if each is not BREATH and each.utterance == utterance]


def samples(heard, utterance=0):
    return np.frombuffer(b"".join(chunk.pcm for chunk in chunks(heard, utterance)), "<i2").astype(int)


def words(heard):
    return [word for chunk in chunks(heard) for word in chunk.words]


def test_its_first_half_second_comes_before_most_of_the_work(engine):
    heard = hear(engine, begins())
    at = heard.index(chunks(heard)[0])

    assert len(chunks(heard)[0].pcm) / 2 >= engine.sample_rate * 0.5
    assert heard[0] is BREATH  # before the work
    assert 0 < heard[1:at].count(BREATH) <= heard[at:].count(BREATH)


def test_words_and_length_are_those_of_the_whole_to_a_few_milliseconds(engine, plain):
    early, whole = hear(engine, begins()), hear(plain, begins())

    assert [word.text_start for word in words(early)] == [word.text_start for word in words(whole)]
    assert all(abs(one.start - other.start) < 0.02 for one, other in zip(words(early), words(whole), strict=True))
    assert abs(len(samples(early)) - len(samples(whole))) < 0.02 * engine.sample_rate
    assert not np.array_equal(samples(early), samples(whole))


def test_what_does_not_begin_a_turn_is_exact(engine, plain):
    later = Utterance(TEXT, "af_heart")

    assert np.array_equal(samples(hear(engine, later)), samples(hear(plain, later)))


def test_of_several_lines_the_first_one_is_told_so(engine):
    text = "One two three four five six. " * 25
    heard = hear(engine, begins(text))

    assert [text[word.text_start : word.text_end] for word in words(heard)] == text.split()
    assert [len(chunk.pcm) // 2 == engine.sample_rate for chunk in chunks(heard)].count(False) <= 2 + 2


def test_who_leaves_at_the_border_has_no_rest_made(engine):
    whole = hear(engine, begins())
    left = hear(engine, begins(), wanted=lambda heard: heard[-1] is BREATH)

    assert len(chunks(left)) == 1
    assert left[-1] is not BREATH
    assert len(left) < len(whole) / 2


@pytest.mark.parametrize("breath", [0.2, 0.8])
def test_another_that_is_spoken_at_a_breath_changes_nothing(engine, breath):
    alone, other = hear(engine, begins()), hear(engine, begins("Yes, that is what I wanted to say."))
    at, between = round(breath * len(alone)), []

    def wanted(heard):
        if len(heard) == at:
            between.append(hear(engine, begins("Yes, that is what I wanted to say.")))
        return True

    heard = hear(engine, begins(), wanted=wanted)

    assert chunks(heard) == chunks(alone)
    assert chunks(between[0]) == chunks(other)


def test_in_a_batch_each_is_as_alone(engine):
    later = Utterance("And this one goes on.", "af_bella")
    heard = hear(engine, begins(), later, begins("Yes, that is what I wanted to say."))

    assert np.array_equal(samples(heard, 0), samples(hear(engine, begins())))
    assert np.array_equal(samples(heard, 1), samples(hear(engine, later)))
    assert np.array_equal(samples(heard, 2), samples(hear(engine, begins("Yes, that is what I wanted to say."))))


def test_a_card_is_refused_with_the_reason(small_checkpoint):
    with pytest.raises(CannotOpen, match="windowed is for a processor"):
        open_kokoro(small_checkpoint, device="meta")
