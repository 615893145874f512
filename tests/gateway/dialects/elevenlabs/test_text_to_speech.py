"""The same times for clients that read them in different ways."""

import json

import msgspec
import pytest

from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.dialects.elevenlabs.text_to_speech import TextToSpeech

LATER = Spoken(["H", "i"], [1100, 1300], 1000, 1500)
PAUSE = Spoken([""], [1500], 1500, 1600)


def told(spelling, spoken):
    fields = json.loads(msgspec.json.encode(spelling.speech("a", b"", spoken)))
    return fields["alignment"], fields["normalizedAlignment"]


def test_times_begin_with_the_message():
    alignment, normalized = told(TextToSpeech(counts_on=False), LATER)

    assert alignment == normalized
    assert alignment == {
        "chars": ["H", "i"],
        "charStartTimesMs": [100, 300],
        "charDurationsMs": [200, 200],
        "charsDurationsMs": [200, 200],
    }


def test_where_livekit_reads_they_count_on():
    alignment, normalized = told(TextToSpeech(counts_on=True), LATER)

    assert alignment["charStartTimesMs"] == [100, 300]
    assert normalized["charStartTimesMs"] == [1100, 1300]
    assert normalized["charDurationsMs"] == [200, 200]


@pytest.mark.parametrize("language", ["ja", "zh-CN"])
def test_in_some_languages_it_reads_the_other(language):
    alignment, normalized = told(TextToSpeech(counts_on=True, language=language), LATER)

    assert alignment == normalized
    assert alignment["charStartTimesMs"] == [1100, 1300]


def test_a_pause_is_told_to_those_who_add_up():
    alignment, normalized = told(TextToSpeech(counts_on=True), PAUSE)

    assert (alignment["charStartTimesMs"], alignment["charDurationsMs"]) == ([0], [100])
    assert normalized is None
