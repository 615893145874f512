import pytest

from loadtest.dialects import Pair, compare, table
from loadtest.processes import voxgate
from loadtest.tongues import TONGUES, Heard


def test_the_ratio_is_the_median_of_the_rounds():
    (voiceai,) = [tongue for tongue in TONGUES if tongue.name == "Voice.ai"]
    pair = Pair(voiceai, ours=[0.0011, 0.0022, 0.003], twins=[0.001, 0.002, 0.001])

    assert pair.ratio == pytest.approx(1.1)
    assert "| Voice.ai | 2.20 | native | 1.00 | 1.10 |" in table([pair])


def test_every_protocol_is_measured_beside_one_of_ours():
    ours = [tongue.name for tongue in TONGUES if not tongue.twin]

    assert all(name.startswith("native") for name in ours)
    assert {tongue.twin for tongue in TONGUES} == {"", *ours}


def test_what_is_heard_of_a_frame():
    (deepgram,) = [tongue for tongue in TONGUES if tongue.name == "Deepgram"]

    assert deepgram.hear(b"\1\2") == Heard(b"\1\2")
    assert deepgram.hear('{"type":"Flushed","sequence_id":0}') == Heard(over=True)
    with pytest.raises(AssertionError, match="refused"):
        deepgram.hear('{"error":"no"}')


@pytest.mark.slow
def test_every_protocol_is_spoken_and_heard():
    with voxgate("--engine=tone", max_lead="3600") as server:
        pairs = compare(server, streams=10, seconds=0.0, rounds=1)  # a turn each: more than a tick of CPU

    assert [pair.tongue.name for pair in pairs] == [tongue.name for tongue in TONGUES if tongue.twin]
    assert all(cost > 0 for pair in pairs for cost in (*pair.ours, *pair.twins))
