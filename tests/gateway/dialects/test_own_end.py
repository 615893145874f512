"""A context may end by itself, having heard nothing for long, in the instant in which its client says more.

What the session says waits for its turn to be encoded; meanwhile the dialect decodes what the client says. No word of
it may be lost: it is spoken, or the client learns that it is not.
"""

import json

import pytest
from contract.cartesia import Cartesia
from contract.catalog import CATALOG
from contract.deepgram import Aura, Flux
from contract.elevenlabs import ElevenLabsDialogue, ElevenLabsMulti
from contract.line import Line
from contract.livekit import Livekit
from contract.native import Native
from contract.voiceai import VoiceaiMulti

from gateway.core.events import ContextDone
from gateway.dialects.jambonz import JAMBONZ, PATH
from gateway.dialects.surface import Request, Settings


class Jambonz:
    def __init__(self):
        query = {"voice": "ann", "sampleRate": "8000"}
        self.dialect = JAMBONZ.sockets[PATH].open(Request({}, query, {}, CATALOG, Settings(), "req"))

    def open(self, _context_id):
        return []

    def text(self, _context_id, text):
        return [{"type": "stream", "text": text}]

    def flush(self, _context_id):
        return [{"type": "flush"}]


CLIENTS = (Aura, Flux, ElevenLabsMulti, ElevenLabsDialogue, Cartesia, Livekit, VoiceaiMulti)


@pytest.fixture(params=[*CLIENTS, Jambonz], ids=lambda client: client.__name__)
def line(request):
    line = Line(request.param())
    line.say(line.client.open("a"))
    return line


def test_what_is_said_while_the_end_waits_to_be_told_is_spoken(line):
    if isinstance(line.client, Livekit):
        line.say(line.client.text("a", "Hello "))
        line.idle()
        line.speak()
    else:
        line.say(line.client.text("a", "Hello there."), line.client.flush("a"))
        line.speak()
        line.encode()
        line.idle()
    assert any(isinstance(event, ContextDone) for event in line.waiting), "it has ended, and nobody was told"

    line.say(line.client.text("a", "Are you there?"), line.client.flush("a"))
    assert line.texts[-1] == "Are you there?"
    line.encode()
    before = len(line.told)
    line.speak()
    line.encode()

    assert len(line.told) > before, "its audio finds its client"


def test_what_is_said_while_the_rest_is_being_spoken_follows_it(line):
    line.say(line.client.text("a", "Hello "))
    line.idle()
    assert line.texts == ["Hello"], "nobody said more, so that is all"

    line.say(line.client.text("a", "there."), line.client.flush("a"))
    line.encode()
    line.speak()
    line.encode()

    assert line.texts == ["Hello", "there."]


def test_a_clear_that_comes_while_the_end_waits_to_be_told_is_answered_once():
    line = Line(Aura())
    line.say(line.client.text("a", "Hello."), line.client.flush("a"))
    line.speak()
    line.idle()
    line.say(line.client.interrupt("a"))
    line.encode()

    assert sum('"Cleared"' in frame for frame in line.told if isinstance(frame, str)) == 1


def test_a_client_of_ours_learns_that_its_context_is_gone():
    """It has opened the context itself, and hears that it is done."""
    line = Line(Native())
    line.say(line.client.open("a"), line.client.text("a", "Hello."), line.client.flush("a"))
    line.speak()
    line.idle()
    line.say(line.client.text("a", "More."))
    line.encode()

    warned = [json.loads(said) for said in line.told if '"warned"' in said]
    assert [each["code"] for each in warned] == ["idle_timeout", "context_ended"]
    assert "'a'" in warned[1]["message"]


def test_a_name_that_is_taken_again_before_two_ends_are_told_can_be_interrupted():
    line = Line(VoiceaiMulti())
    for text in ("One.", "Two."):
        line.say(line.client.open("a"), line.client.text("a", text), line.client.interrupt("a"))
    line.say(line.client.open("a"), line.client.text("a", "Three is long, and its client has more to say. "))
    line.encode()

    line.say(line.client.text("a", "More."), line.client.interrupt("a"))
    line.encode()

    assert line.asked == [], "nothing is spoken on"
    assert [json.loads(said) for said in line.told] == 3 * [{"context_closed": True, "context_id": "a"}]
