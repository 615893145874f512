import pytest

from loadtest.dialects import Study, compare
from loadtest.processes import voxgate
from loadtest.tongues import TONGUES, Heard


def test_the_ratio_is_the_median_of_the_rounds():
    study = Study({"native": [0.001, 0.002, 0.001], "Voice.ai": [0.0011, 0.0022, 0.003]})
    (voiceai,) = [tongue for tongue in TONGUES if tongue.name == "Voice.ai"]

    assert study.ratio(voiceai) == pytest.approx(1.1)
    assert "| Voice.ai | 2.20 | native | 1.10 |" in study.table()


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
    with voxgate("--engine=tone", "--engine-options=pace=0.5") as server:
        study = compare(server, streams=2, seconds=0.5, rounds=1)

    assert set(study.cpu) == {tongue.name for tongue in TONGUES}
    assert all(cost > 0 for costs in study.cpu.values() for cost in costs)
