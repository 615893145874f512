from itertools import islice

import pytest

from loadtest.converse import Found, Habits, Texts, measure
from loadtest.processes import voxgate
from loadtest.turn import Turn


def turn(worst_stall):
    return Turn(0.5, 0.4, 0.0, 4.0, 2.0, 3, 1, worst_stall, worst_stall)


def test_texts_are_whole_sentences_and_the_same_for_a_seed():
    texts = list(islice(Texts(7), 50))

    assert texts == list(islice(Texts(7), 50)) != list(islice(Texts(8), 50))
    assert all(text[0].isupper() and text[-1] in ".?" for text in texts)
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 3
    assert max(lengths) > 50


def test_a_turn_with_a_gap_above_100_ms_counts_as_starved():
    found = Found(2, turns=[turn(0.0), turn(0.05), turn(0.2)], audio=12.0, elapsed=4.0)
    found.first.extend([0.5, 0.7, 0.9])
    found.probes.extend([0.001, 0.003])

    summary = found.summary()
    assert (found.starved, summary["audio_per_second"]) == (1, 3.0)
    assert summary["first_audio"]["p50"] == 0.7
    assert "2 clients, 3 turns: first audio p50 0.70" in str(found)


@pytest.mark.slow
def test_clients_who_stall_or_leave_hold_up_nobody_and_health_answers():
    with voxgate("--engine=tone", "--engine-options=busy=0.01") as server:
        found = measure(server, 3, 3.0, Habits(latency="low", stalled=6, leavers=2))

    assert not found.failures
    assert len(found.turns) >= 6
    assert found.left > 2
    assert found.starved <= 1
    assert sorted(found.probes)[len(found.probes) // 2] < 0.05


@pytest.mark.slow
def test_a_turn_that_is_refused_comes_again_and_is_heard(monkeypatch):
    monkeypatch.setenv("VOXGATE_SYNTH_MAX_LATE", "0.2")
    with voxgate("--engine=tone", "--engine-options=busy=0.2") as server:
        found = measure(server, 4, 1.0, Habits())

    assert found.refused > 0
    assert not found.failures
    assert len(found.first) == len(found.turns) > 0


@pytest.mark.slow
def test_turns_come_by_themselves_in_an_open_loop():
    with voxgate("--engine=tone", "--engine-options=busy=0.01") as server:
        found = measure(server, 0, 3.0, Habits(latency="low"), rate=8.0)

    assert not found.failures
    assert len(found.turns) > 2
    assert found.summary()["rate"] == 8.0
    assert str(found).startswith("8 turns a second, ")


@pytest.mark.slow
def test_kokoro_is_heard_through_the_whole_gateway_from_two_workers(tmp_path):
    from synth.engines.kokoro.pretend.checkpoint import write_checkpoint

    write_checkpoint(tmp_path, small=True)
    options = f"weights={tmp_path}/model.pth,device=cpu"
    with voxgate("--engine=kokoro", "--workers=2", f"--engine-options={options}") as server:
        found = measure(server, 2, 2.0, Habits(latency="low", stalled=2, leavers=1))

    assert not found.failures
    assert len(found.turns) >= 2
    assert found.audio > 10.0
    assert sorted(found.probes)[len(found.probes) // 2] < 0.05
