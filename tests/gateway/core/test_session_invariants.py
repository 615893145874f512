"""Random conversations against a listener that believes nothing.

The worker speaks each character of a segment as one sample that is its code point, so what was spoken can be read off
the audio: order, ownership, completeness, no duplicate.
"""

import array
import math

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.core.events import (
    Abandon,
    AppendText,
    Audio,
    AudioAdjusted,
    Clear,
    Cleared,
    CloseContext,
    CloseSession,
    ContextDone,
    ContextOpened,
    Drain,
    Failed,
    Flush,
    FlushDone,
    KeepAlive,
    Limits,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    SegmentFailed,
    SegmentWords,
    SessionDone,
    Synthesize,
    Warned,
    Word,
    Words,
)
from gateway.core.pacing import LATENCIES, Policy
from gateway.core.session import Session
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import InternalError, WorkerUnavailable

RATE = 15
CATALOG = VoiceCatalog(
    [
        Voice("plain", "fake", "en", "", "", RATE, deterministic=False),
        Voice("same", "fake", "en", "", "", RATE, deterministic=True),
        Voice("slow", "slow", "en", "", "", RATE, deterministic=False),
    ],
    work={"slow": 0.9},
)
LIMITS = Limits(max_contexts=2, max_text=400, max_lead=6, context_idle=60, session_idle=120)
IDS = st.sampled_from(["a", "b"])
SENTENCE = st.sampled_from(
    [
        "Yes. ",
        "One, two. ",
        "3.14 is pi. ",
        "Dr. Who? ",
        "…",
        "!\n",
        " ",
        "No",
        "way. ",
        "é😀. ",
        "So as far as I can see, ",
        "which is true; ",
        "a group of many words ",
        "the meeting was moved to Thursday because of them, ",
        "It is done.",
        "x" * 150,
    ]
)
LATENCY = st.sampled_from(
    [*LATENCIES, Policy(lengths=(20, 60), grow=0), Policy(max_delay=0), Policy(max_delay=1, patience=0)]
)
LONGEST = 400
TEXT = st.lists(SENTENCE, min_size=1, max_size=6).map("".join) | st.text(alphabet="ab. ,!?1\n", max_size=30)
SELDOM = st.integers(0, 11).map(lambda number: number == 7)  # not 0, which hypothesis likes best


def audible(text):
    """What a worker may leave out when it stands alone: marks and white space."""
    return "".join(character for character in text if character.isalnum())


def as_pcm(text):
    return array.array("H", [ord(character) % 65536 for character in text]).tobytes()


def as_text(pcm):
    return "".join(map(chr, array.array("H", pcm)))


def spoken_form(text):
    return as_text(as_pcm(text))


class Ear:
    """One context as its client knows it."""

    def __init__(self):
        self.open = True
        self.closing = False
        self.clearing = False
        self.said = ""  # accepted since the last clear
        self.flushes = 0  # asked for
        self.flushed = []  # (flush id, what must have been heard by then)
        self.heard = ""  # read off the audio since the last clear
        self.done_flushes = 0
        self.sequence = 0
        self.ends = 0
        self.failed = False
        self.words_until = 0
        self.base = 0


class Conversation(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.session = Session(LIMITS, lambda: CATALOG, self.now)
        self.ears = {}
        self.work = {}  # segment id -> [request, characters spoken]
        self.dead = []
        self.ended = False
        self.ended_now = False
        self.refusing = False
        self.refused = None
        self.session.open()

    # the client

    @initialize(voice=st.sampled_from(["plain", "same", "slow"]), latency=LATENCY)
    def begin(self, voice, latency):
        self.say(OpenContext("a", voice=voice, words=True, latency=latency))
        self.say(OpenContext("b", voice="same", words=True, hush=0.1))

    @rule(name=st.sampled_from(["a", "b", "c"]), voice=st.sampled_from(["plain", "same", "slow"]), latency=LATENCY)
    def open(self, name, voice, latency):
        outputs = self.say(OpenContext(name, voice=voice, words=True, latency=latency))
        assert self.ended or outputs

    @rule(name=IDS, first=TEXT, second=TEXT)
    def append_twice(self, name, first, second):
        self.append(name, first)
        self.append(name, second)

    @rule(name=IDS, text=TEXT)
    def append(self, name, text):
        ear = self.ears.get(name)
        if ear and ear.open and not ear.closing:
            ear.said += text
        self.say(AppendText(name, text))

    @rule(name=IDS)
    def flush(self, name):
        ear = self.ears.get(name)
        if ear and ear.open and not ear.closing:
            ear.flushes += 1
            ear.flushed.append((ear.flushes, audible(ear.said)))
        self.say(Flush(name))

    @rule(name=IDS, played=st.none() | st.floats(0, 20_000), dropped=st.integers(0, 5))
    def clear(self, name, played, dropped):
        ear = self.ears.get(name)
        self.say(AudioAdjusted(name, -min(dropped, len(ear.heard)) if ear else 0))
        before = ear.said if ear and ear.open else None
        if ear:
            ear.clearing = True
        outputs = self.say(Clear(name, played))
        cleared = [out for out in outputs if isinstance(out, Cleared)]
        if before is not None and not self.ended_now:
            assert [out.heard + out.unheard for out in cleared] == [before]
        if ear:
            ear.clearing = False
        assert not any(isinstance(out, Audio) for out in outputs)

    @rule(name=IDS, often=st.integers(0, 2))
    def close(self, name, often):
        if often != 1:
            return
        ear = self.ears.get(name)
        if ear and ear.open:
            ear.closing = True
        self.say(CloseContext(name))

    @rule(name=IDS)
    def keep_alive(self, name):
        self.say(KeepAlive(name))

    @precondition(lambda self: not self.refusing)
    @rule(now=SELDOM, draining=st.booleans())
    def end(self, now, draining):
        if not now:
            return
        self.refusing = True
        if not draining:
            for ear in self.ears.values():
                ear.closing = True
        self.say(Drain() if draining else CloseSession())

    # the workers

    @precondition(lambda self: self.work)
    @rule(data=st.data(), count=st.integers(1, 40), words=st.booleans())
    def speak(self, data, count, words):
        segment_id = data.draw(st.sampled_from(sorted(self.work)))
        request, position = self.work[segment_id]
        said = request.text[position : position + count]
        self.work[segment_id][1] += len(said)
        if words and said:
            word = Word(position, position + len(said), position / RATE, (position + len(said)) / RATE)
            self.say(SegmentWords(segment_id, (word,)))
        self.say(SegmentAudio(segment_id, as_pcm(said)))

    @precondition(lambda self: self.work)
    @rule(data=st.data())
    def finish(self, data):
        segment_id = data.draw(st.sampled_from(sorted(self.work)))
        request, position = self.work.pop(segment_id)
        self.dead.append(segment_id)
        self.say(SegmentAudio(segment_id, as_pcm(request.text[position:])), SegmentDone(segment_id))

    @precondition(lambda self: self.work)
    @rule()
    def finish_all(self):
        while self.work:
            segment_id = min(self.work)
            request, position = self.work.pop(segment_id)
            self.dead.append(segment_id)
            self.say(SegmentAudio(segment_id, as_pcm(request.text[position:])), SegmentDone(segment_id))

    @precondition(lambda self: self.work)
    @rule(
        data=st.data(), error=st.sampled_from([WorkerUnavailable("gone"), InternalError("bad")]), now=st.integers(0, 2)
    )
    def break_down(self, data, error, now):
        if now != 1:
            return
        segment_id = data.draw(st.sampled_from(sorted(self.work)))
        del self.work[segment_id]
        self.dead.append(segment_id)
        self.say(SegmentFailed(segment_id, error))

    @precondition(lambda self: self.work)
    @rule(data=st.data(), count=st.integers(0, 10))
    def break_half_way(self, data, count):
        segment_id = data.draw(st.sampled_from(sorted(self.work)))
        request, position = self.work.pop(segment_id)
        self.dead.append(segment_id)
        said = SegmentAudio(segment_id, as_pcm(request.text[position : position + count]))
        self.say(said, SegmentFailed(segment_id, WorkerUnavailable("gone")))

    @precondition(lambda self: self.dead)
    @rule(data=st.data())
    def speak_too_late(self, data):
        segment_id = data.draw(st.sampled_from(self.dead))
        late = (
            SegmentAudio(segment_id, b"\xff\xff"),
            SegmentDone(segment_id),
            SegmentFailed(segment_id, InternalError("x")),
        )
        assert self.say(*late) == []

    # time

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0]), idly=SELDOM)
    def wait(self, seconds, idly):
        seconds = 61.0 if idly else seconds
        self.now += seconds
        self.note(self.session.tick(self.now))
        assert self.session.deadline() > self.now

    @precondition(lambda self: self.session.deadline() < math.inf)
    @rule()
    def wait_until_something_is_due(self):
        self.now = max(self.now, self.session.deadline())
        self.note(self.session.tick(self.now))
        assert self.session.deadline() > self.now

    # what comes out

    def say(self, *messages):
        self.ended_now = self.ended
        return [out for message in messages for out in self.note(self.session.handle(message, self.now))]

    def note(self, outputs):
        for out in outputs:
            assert not self.ended, "nothing follows SessionDone"
            self.check(out)
        return outputs

    def check(self, out):
        match out:
            case Synthesize():
                assert len(out.text) <= LONGEST
                self.work[out.segment_id] = [out, out.skip]
            case Abandon(segment_id=segment_id):
                del self.work[segment_id]
                self.dead.append(segment_id)
            case SessionDone():
                self.ended = True
                assert not any(ear.open for ear in self.ears.values())
            case ContextOpened(context_id=name):
                assert name not in self.ears or not self.ears[name].open
                self.ears[name] = Ear()
            case Failed(context_id=name) if name not in self.ears or not self.ears[name].open:
                self.refused = name
            case ContextDone(context_id=name) if self.refused == name:
                self.refused = None
            case Warned():
                if out.code == "idle_timeout" and out.context_id:
                    self.ears[out.context_id].closing = True
                assert out.context_id is None or self.ears[out.context_id].open
            case _:
                self.hear(self.ears[out.context_id], out)

    def hear(self, ear, out):
        assert ear.open, "nothing follows ContextDone"
        match out:
            case Audio():
                assert out.sequence == ear.sequence + 1
                ear.sequence += 1
                ear.heard += as_text(out.pcm)
                assert audible(spoken_form(ear.said)).startswith(audible(ear.heard)), "in the order of the text"
            case Words():
                for word in out.words:
                    assert word.text_start >= ear.words_until
                    ear.words_until = word.text_end
                assert ear.words_until <= ear.base + len(ear.said)
            case FlushDone():
                ear.done_flushes += 1
                assert out.flush_id == ear.done_flushes, "each flush once, in order"
                due = dict(ear.flushed).get(out.flush_id)
                if due is not None and not ear.clearing:
                    assert audible(ear.heard).startswith(audible(spoken_form(due)))
            case Cleared():
                ear.base += len(ear.said)
                ear.said = ear.heard = ""
                ear.flushed.clear()
            case Failed():
                ear.failed = True
            case ContextDone():
                ear.open = False
                if not ear.failed:
                    assert audible(ear.heard) == audible(spoken_form(ear.said)), "every accepted character is spoken"
                    assert ear.done_flushes >= ear.flushes

    @invariant()
    def no_one_works_for_nobody(self):
        assert not self.ended or not self.work

    @invariant()
    def two_segments_a_context_at_most(self):
        assert len(self.work) <= 2 * LIMITS.max_contexts

    def teardown(self):
        self.session.hang_up()
        assert self.session.deadline() == float("inf")


Conversation.TestCase.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
class TestConversations(Conversation.TestCase):
    pass
