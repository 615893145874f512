"""What stays as it was in a context's first message."""

import json

from contract.cartesia import Cartesia

from gateway.core.events import AppendText, OpenContext

OUTPUT = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}


def say(dialect, **fields):
    """The commands that come of a message."""
    return dialect.decode(
        json.dumps({"context_id": "a", "voice": "ann", "output_format": OUTPUT, "continue": True, **fields})
    )


def test_a_context_keeps_the_speed_of_its_first_message():
    dialect = Cartesia().dialect
    opened, _ = say(dialect, transcript="Slowly ", generation_config={"speed": 0.8})
    assert isinstance(opened, OpenContext)
    assert opened.speed == 0.8

    assert say(dialect, transcript="and on.", generation_config={"speed": 1.4}) == [AppendText("a", "and on.")]
    assert say(dialect, transcript=" On.", speed="fastest") == [AppendText("a", " On.")]
