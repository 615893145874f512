import io
import json

import pytest
from rich.console import Console

from loadtest.bench import schedule_of
from loadtest.faults import Fault, Faults
from loadtest.floor import Schedule
from loadtest.measure import Measures
from loadtest.report import Comparison, Load, show
from loadtest.turn import Turn


def load(name, cpu, gap, **changes):
    measures = Measures(turns=[Turn(0.3, 0.1, 0.0, 4.0, 3.0, 200, 1, 0.05, 0.05)], audio_seconds=100.0, elapsed=10.0)
    measures.gaps.extend([gap] * 100)
    return Load(name, 10, measures, cpu={"gateway": cpu}, rss={"gateway": 2**26}, **changes)


@pytest.fixture
def comparison():
    faults = Faults()
    faults.note(Fault.MISSING_AUDIO, "s17 [lost] a sample")
    return Comparison(load("ours", 2.0, 0.3, faults=faults), load("floor", 1.0, 0.2))


def test_ratios_are_ours_to_the_floor(comparison):
    assert comparison.ratios() == pytest.approx({"gap_p99": 1.5, "cpu_per_audio_second": 2.0, "rss": 1.0})


def test_a_summary_is_json(comparison):
    summary = json.loads(json.dumps(comparison.summary()))

    assert summary["cpu_per_audio_second"] == {"gateway": 0.02}
    assert summary["c100"] == 1.0
    assert summary["first_audio_from_flush"]["p50"] == pytest.approx(0.1)
    assert summary["faults"] == {"missing audio": 1}
    assert summary["floor"]["gap"]["p99"] == pytest.approx(0.2)


def test_without_a_floor_there_is_nothing_to_compare():
    assert Comparison(load("ours", 2.0, 0.3)).ratios() == {}


def test_the_table_shows_both_and_tells_every_fault(comparison):
    told = io.StringIO()
    show(Console(file=told, width=120), [comparison])

    assert "2.00% of a core" in told.getvalue()
    assert "cpu_per_audio_second 2.00" in told.getvalue()
    assert "s17 [lost] a sample" in told.getvalue()


def test_the_floor_sends_as_the_run_was_heard():
    measures = Measures()
    for _ in range(20):
        measures.heard(800, 0.18)

    assert schedule_of(measures, opus=True) == Schedule(opus=True, frames=9, period=0.18)


def test_a_run_without_audio_gives_the_usual_schedule():
    assert schedule_of(Measures(), opus=False) == Schedule()
