"""A conversation with a session, in its own words."""

from dataclasses import dataclass, field

import pytest

from gateway.core.events import (
    Abandon,
    Audio,
    Limits,
    OpenContext,
    SegmentAudio,
    SegmentDone,
    Synthesize,
)
from gateway.core.session import Session
from gateway.core.voices import Voice, VoiceCatalog

RATE = 1000  # samples a second, so that a sample is a millisecond


def voice(name="ann", *, deterministic=False):
    return Voice(name, "fake", "en", "female", name.title(), RATE, deterministic)


LOW = Voice("low", "fake", "en", "male", "Low", RATE // 2, deterministic=False)
CATALOG = VoiceCatalog([voice(), voice("bob"), voice("det", deterministic=True), LOW])


def pcm(milliseconds, mark=b"\x01\x00"):
    return mark * milliseconds


@dataclass
class Talk:
    """Says things to a session at a time that only the test moves."""

    limits: Limits = field(default_factory=Limits)
    now: float = 100.0
    speeds: dict | None = None
    catalog: VoiceCatalog = CATALOG

    def __post_init__(self):
        self.session = Session(self.limits, lambda: self.catalog, self.now, self.speeds)
        self.said = self.session.open()
        self.asked = {}

    def say(self, *messages):
        """What comes of these messages; requests are also kept in `asked`, by their text."""
        return self._note([out for message in messages for out in self.session.handle(message, self.now)])

    def tick(self):
        return self._note(self.session.tick(self.now))

    def wait(self, seconds):
        self.now += seconds

    def speak(self, text, milliseconds=1000):
        """A worker speaks the segment that has this text."""
        segment_id = self.asked[text].segment_id
        return self.say(SegmentAudio(segment_id, pcm(milliseconds)), SegmentDone(segment_id))

    def _note(self, outputs):
        self.asked.update({out.text.strip(): out for out in outputs if isinstance(out, Synthesize)})
        return outputs


@pytest.fixture
def talk():
    """A session with a context `a` open."""
    talk = Talk()
    talk.say(OpenContext("a"))
    return talk


@pytest.fixture(scope="session")
def new_talk():
    return Talk


@pytest.fixture
def heard():
    """Events only, and of the audio its length: what a test compares."""

    def of(outputs):
        kept = [out for out in outputs if not isinstance(out, Synthesize | Abandon)]
        return [
            ("audio", out.context_id, out.flush_id, len(out.pcm) // 2) if isinstance(out, Audio) else out
            for out in kept
        ]

    return of


def _texts(outputs):
    return [out.text.strip() for out in outputs if isinstance(out, Synthesize)]


@pytest.fixture
def texts():
    return _texts


def _of_type(outputs, *types):
    return [out for out in outputs if isinstance(out, types)]


@pytest.fixture
def of_type():
    return _of_type
