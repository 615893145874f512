"""What a client may ask for in vain: behind a segment that no worker ends it can say much that costs little to say."""

import json
import sys
import tracemalloc

import pytest
from contract.cartesia import Cartesia
from contract.catalog import CATALOG
from contract.deepgram import Aura, Flux
from contract.elevenlabs import ElevenLabsMulti
from contract.line import Line
from contract.native import Native
from contract.voiceai import VoiceaiMulti

from gateway.core.context import MOST_FLUSHES
from gateway.core.events import AppendText, CloseContext, Flush, Limits, OpenContext
from gateway.core.session import Session
from gateway.dialects import Close
from gateway.dialects.riva import RivaDialect
from gateway.errors import InvalidMessage, InvalidSetting
from protos import riva_pb2 as pb

LIMIT = f"{MOST_FLUSHES} flushes wait for their audio already"
TOLD = {
    Native: {
        "type": "failed",
        "context_id": "a",
        "error": {
            "code": "RESOURCE_EXHAUSTED",
            "reason": "too_many_flushes",
            "message": LIMIT,
            "retryable": False,
            "audio_sent_ms": 0.0,
        },
    },
    ElevenLabsMulti: {"message": LIMIT, "error": "too_many_flushes", "code": 1013, "contextId": "a", "context_id": "a"},
    Cartesia: {
        "type": "error",
        "context_id": "a",
        "done": False,
        "status_code": 429,
        "error_code": "too_many_flushes",
        "title": "Too many requests",
        "message": LIMIT,
        "error": f"Too many requests: {LIMIT}",
        "request_id": "req",
    },
    Flux: {"type": "Error", "code": "NET-0000", "description": LIMIT},
}


def flushes(client, count):
    """A turn of Flux has a text before its flush."""
    text = client.text("a", "") if isinstance(client, Flux) else []
    return [frame for _ in range(count) for frame in (*text, *client.flush("a"))]


def stuck(client):
    line = Line(client())
    line.say(line.client.open("a"), line.client.text("a", "Hello there."), line.client.flush("a"))
    return line


@pytest.mark.slow
@pytest.mark.parametrize("client", TOLD, ids=lambda client: client.__name__)
def test_too_many_flushes_are_told_in_the_dialects_own_shape(client):
    line = stuck(client)
    line.say(flushes(line.client, MOST_FLUSHES))
    line.encode()

    failures = [json.loads(frame) for frame in line.told if isinstance(frame, str) and LIMIT in frame]
    assert failures == [TOLD[client]]


@pytest.mark.slow
def test_aura_tells_it_by_the_close():
    line = stuck(Aura)
    line.say(flushes(line.client, MOST_FLUSHES))
    line.encode()

    assert Close(1013, f"NET-0000: {LIMIT}") in line.told


@pytest.fixture
def peak():
    """Bytes that Python has used at most since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("client", [*TOLD, Aura], ids=lambda client: client.__name__)
def test_flushes_without_end_cost_a_bounded_amount_of_memory(client, peak):
    line = stuck(client)
    batch = flushes(line.client, 1000)
    for _ in range(MOST_FLUSHES // 1000 + 2):
        line.say(batch)
        line.encode()
        line.told.clear()

    assert peak() < 5_000_000


@pytest.mark.slow
def test_a_session_bears_flushes_without_end(peak):
    session = Session(Limits(), lambda: CATALOG, 0.0)
    for _ in range(10):  # contexts, which fail one after the other
        session.handle(OpenContext("a", "stuck"), 0.0)
        session.handle(AppendText("a", "Hello there. "), 0.0)
        for _ in range(MOST_FLUSHES):
            session.handle(Flush("a"), 0.0)
        session.handle(CloseContext("a"), 0.0)

    assert peak() < 3_000_000


LONG = "x" * 129


@pytest.mark.parametrize(
    "frame", [{"transcript": "Hi."}, {"cancel": True}, {"transcript": 1}, {"voice": {"mode": "x"}}]
)
def test_cartesia_answers_a_name_that_is_too_long_without_it(frame):
    """Answers wait for a client that does not read."""
    (answer,) = Cartesia().dialect.decode(json.dumps({"context_id": LONG, **frame}))

    assert isinstance(answer.said, InvalidMessage)
    assert LONG not in repr(answer)


def test_cartesia_goes_on_after_a_name_that_is_too_long():
    line = Line(Cartesia())
    line.say([{"context_id": LONG, "transcript": "Hi."}], line.client.text("a", "Hello there."))
    line.encode()

    (error,) = [json.loads(frame) for frame in line.told]
    assert (error["type"], error["context_id"], error["status_code"]) == ("error", None, 400)
    assert not line.session.done


def test_voiceai_ends_at_a_name_that_is_too_long():
    with pytest.raises(InvalidMessage, match="at most 128"):
        VoiceaiMulti().dialect.decode(json.dumps({"context_id": LONG, "text": "Hi."}))


def test_riva_takes_no_id_that_is_too_long():
    """It is kept until the request's audio has left."""
    request = pb.SynthesizeSpeechRequest(voice_name="ann", text="Hello.")
    request.id.value = LONG

    with pytest.raises(InvalidSetting, match="at most 128"):
        RivaDialect(CATALOG, whole=False).decode(request)


def test_riva_keeps_no_request_whole():
    """Each has all settings anew, and may have a dictionary that is as large as a message."""
    dialect = RivaDialect(CATALOG, whole=False)
    dialect.decode(pb.SynthesizeSpeechRequest(voice_name="ann", text="Hello."))
    request = pb.SynthesizeSpeechRequest(voice_name="ann", text="Hello.")
    known = sys.getrefcount(request)
    dialect.decode(request)

    assert sys.getrefcount(request) == known
