"""What a conversation over a wire cannot show: a context that ends by itself while its client speaks."""

import json

import pytest
from contract.deepgram import Aura, Flux

from gateway.core import events
from gateway.dialects.deepgram.speeds import check_speed
from gateway.errors import InvalidMessage

USAGE = events.Usage()


def said(dialect, *heard):
    return [json.loads(frame) for event in heard for frame in dialect.encode(event)]


def kinds(dialect, *heard):
    return [message["type"] for message in said(dialect, *heard)]


def commands(dialect, kind, **fields):
    return dialect.decode(json.dumps({"type": kind, **fields}))


def test_what_is_said_after_an_idle_end_opens_a_context_anew():
    aura = Aura().dialect
    commands(aura, "Speak", text="Hello.")
    assert isinstance(commands(aura, "Speak", text="Hello.")[0], events.AppendText)
    aura.expire("speak")

    assert isinstance(commands(aura, "Speak", text="Hello.")[0], events.OpenContext)


def test_a_flush_that_nobody_asked_for_is_not_told():
    """An idle context is flushed before it ends."""
    aura = Aura().dialect
    commands(aura, "Speak", text="Hello.")

    assert kinds(aura, events.FlushDone("speak", 1, USAGE)) == []


def test_turns_end_with_their_context():
    flux = Flux().dialect
    for text in ("One.", "Two."):
        commands(flux, "Speak", text=text)
        commands(flux, "Flush")

    flux.encode(events.AudioFrame("1", 1, 1, bytes(800)))
    heard = kinds(flux, events.ContextDone("1", USAGE))

    assert heard == ["SpeechMetadata", "SpeechStarted", "Warning", "SpeechMetadata"]


def test_an_interruption_is_answered_though_its_context_has_ended():
    flux = Flux().dialect
    commands(flux, "Speak", text="One.")
    flux.encode(events.AudioFrame("1", 1, 1, bytes(800)))
    commands(flux, "Interrupt", playback_offset={"type": "time_ms", "value": 20})

    [interrupted] = said(flux, events.ContextDone("1", USAGE))

    assert (interrupted["type"], interrupted["audio_played_ms"]) == ("SpeechInterrupted", 20)
    assert "text_spoken" not in interrupted


@pytest.mark.parametrize("speed", [0.5, 0.55, 1, 1.15, 1.5, 0.1 * 3 * 5])
def test_speeds_come_in_steps_of_a_twentieth(speed):
    assert check_speed(speed) is None


@pytest.mark.parametrize(
    ("speed", "code"),
    [
        (0.45, "SPEED_OUT_OF_RANGE"),
        (1.55, "SPEED_OUT_OF_RANGE"),
        (float("nan"), "SPEED_OUT_OF_RANGE"),
        (1.01, "SPEED_INCREMENT_INVALID"),
    ],
)
def test_other_speeds_are_named_for_what_is_wrong(speed, code):
    assert check_speed(speed).code == code


def test_an_offset_longer_than_any_number_is_not_read():
    flux = Flux().dialect
    commands(flux, "Speak", text="Hello.")

    with pytest.raises(InvalidMessage):
        commands(flux, "Interrupt", playback_offset={"value": 10**400})
