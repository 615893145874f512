import pytest
from pydantic import ValidationError

from synth.config import ToneOptions, WorkerConfig
from synth.engines.table import open_engine


def test_an_unknown_engine_is_answered_with_the_known_ones():
    with pytest.raises(ValidationError, match=r"'harp'; known: espeak, kokoro, tone"):
        WorkerConfig(listen="unix:/x", engine="harp")


def test_the_engine_gets_its_options():
    engine = open_engine(WorkerConfig(listen="unix:/x", engine="tone", tone=ToneOptions(max_batch=7)))

    assert (engine.name, engine.max_batch) == ("tone", 7)


@pytest.mark.parametrize("options", [{"pace": -1}, {"chunk": 0}, {"busy": -0.1}, {"max_batch": 0}, {"tempo": 1}])
def test_a_malformed_option_is_refused(options):
    with pytest.raises(ValidationError):
        WorkerConfig(listen="unix:/x", tone=options)


def test_settings_are_frozen():
    config = WorkerConfig(listen="unix:/x")

    with pytest.raises(ValidationError):
        config.engine = "tone"
