import math

import pytest

from protos import synth_pb2
from synth.config import ToneOptions
from synth.engines import Phonemes, Utterance
from synth.engines.tone import ToneEngine
from synth.request import InvalidRequest, read_due, read_utterance

ENGINE = ToneEngine(ToneOptions())


class Fickle(ToneEngine):
    """An engine that never says the same twice."""

    deterministic = False


def request(**fields):
    return synth_pb2.Synthesize(**({"text": "Hi.", "voice": "tone"} | fields))


def refused(wanted, engine=ENGINE):
    with pytest.raises(InvalidRequest) as caught:
        read_utterance(wanted, engine)
    return str(caught.value)


def test_zero_speed_and_pitch_are_read_as_the_voices_own():
    assert read_utterance(request(), ENGINE) == Utterance("Hi.", "tone")


def test_every_field_reaches_the_engine():
    wanted = request(language="en", speed=2, pitch=0.5, skip_samples=7, begins=True)

    assert read_utterance(wanted, ENGINE) == Utterance("Hi.", "tone", "en", 2.0, 0.5, skip=7, begins=True)


def phonemes(*spans):
    return [synth_pb2.Phonemes(text_start=start, text_end=end, ipa=ipa) for start, end, ipa in spans]


def test_phonemes_reach_the_engine():
    wanted = request(text="Hi you.", phonemes=phonemes((0, 2, "haɪ"), (3, 6, "juː")))

    assert read_utterance(wanted, ENGINE).phonemes == (Phonemes(0, 2, "haɪ"), Phonemes(3, 6, "juː"))


@pytest.mark.parametrize(
    "spans",
    [
        [(2, 2, "a")],
        [(0, 8, "a")],
        [(3, 2, "a")],
        [(0, 3, "a"), (2, 4, "b")],
        [(3, 4, "a"), (0, 1, "b")],
        [(0, 2, "")],
        [(0, 2, " ")],
        [(0, 2, "a" * 401)],
        [(at, at + 1, "a" * 400) for at in range(7)] * 2,
    ],
)
def test_phonemes_that_fit_no_text_are_refused(spans):
    assert "phonemes" in refused(request(text="Hi you.", phonemes=phonemes(*spans)))


def test_more_phonemes_than_any_text_has_are_refused():
    spans = phonemes(*((at, at + 1, "a" * 400) for at in range(13)))

    assert "5000" in refused(request(text="x" * 13, phonemes=spans))


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u2003"])
def test_text_without_a_character_is_refused(text):
    assert "empty" in refused(request(text=text))


def test_text_beyond_the_limit_is_refused_by_its_code_points():
    assert read_utterance(request(text="😀" * 5000), ENGINE).text == "😀" * 5000
    assert "5001" in refused(request(text="x" * 5001))


def test_a_voice_that_the_engine_does_not_have_is_refused():
    assert "'nobody'" in refused(request(voice="nobody"))
    assert "''" in refused(request(voice=""))


@pytest.mark.parametrize("speed", [0.2499, 4.001, -1, math.nan, math.inf])
def test_a_speed_out_of_range_is_refused(speed):
    assert "speed" in refused(request(speed=speed))


@pytest.mark.parametrize("pitch", [0.4999, 2.001, -1, math.nan, -math.inf])
def test_a_pitch_out_of_range_is_refused(pitch):
    assert "pitch" in refused(request(pitch=pitch))


def test_an_engine_that_varies_cannot_skip_samples():
    assert "samples" in refused(request(skip_samples=1), Fickle(ToneOptions()))


@pytest.mark.parametrize("due_in", [math.nan, math.inf, -math.inf])
def test_a_due_time_that_is_no_number_is_refused(due_in):
    with pytest.raises(InvalidRequest):
        read_due(request(due_in=due_in))


def test_a_listener_may_have_run_dry_already():
    assert read_due(request(due_in=-0.5)) == -0.5


def test_a_due_time_out_of_reason_is_as_good_as_an_hour():
    assert [read_due(request(due_in=due_in)) for due_in in (1e308, -1e308)] == [3600.0, -3600.0]
