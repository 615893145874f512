"""A gateway without workers and without a network: synthesizers that say their text back, a wire that a test holds."""

import asyncio
import itertools
import json
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from gateway.audio.pool import EncoderPool
from gateway.core.events import Limits, SegmentAudio, SegmentDone, SegmentFailed, SegmentWords, Word
from gateway.core.voices import Voice, VoiceCatalog
from gateway.database.opening import open_database
from gateway.errors import InternalError, UnknownVoice
from gateway.metrics import Metrics
from gateway.runner import Runner
from loadtest.postgres import cluster, missing

RATE = 8000
MADE = "made"  # a database with all tables
GONE = object()  # instead of a frame: the client has hung up
numbers = itertools.count()
PATIENCE = 5.0  # seconds until a test that waits for something in vain fails

NO_PCM: Any = None  # what no worker would say


class Log(list):
    """A list that can be waited for."""

    def __init__(self):
        super().__init__()
        self._news = asyncio.Event()

    def append(self, item):
        super().append(item)
        self._news.set()

    async def until(self, holds):
        """Returns when `holds(self)`, which is asked after each new item."""
        async with asyncio.timeout(PATIENCE):
            while not holds(self):
                self._news.clear()
                await self._news.wait()

    async def length(self, length):
        await self.until(lambda log: len(log) >= length)


def voice(name, language="en-us", gender="female", rate=RATE):
    return Voice(name, "echo", language, gender, name.title(), rate, deterministic=True)


def pcm_of(text):
    """The text as samples: two bytes each, a space fills the last."""
    said = text.encode()
    return said + b" " * (len(said) % 2)


def words_of(text):
    seconds_per_character = 0.5 / RATE
    words, at = [], 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        words.append(Word(start, at, start * seconds_per_character, at * seconds_per_character))
    return tuple(words)


class EchoSynth:
    """Speaks each segment's text back as PCM. The voice chooses what goes wrong.

    ann, bob: nothing; stuck: one word, then nothing; silent: no audio at all; broken: one word, then a failure;
    endless: goes on until it is abandoned; gated: says that it is done when the test opens the gate; mad: its audio is
    none, which no session expects; ...+nobody: a mix of which a part is not there.
    """

    def __init__(self):
        faulty = ("stuck", "silent", "broken", "endless", "gated", "mad")
        self.catalog = VoiceCatalog([voice("ann"), voice("bob", "de", "male"), *map(voice, faulty)])
        self.ready = True
        self.asked = Log()
        self.abandoned = Log()  # texts
        self.speaking = []
        self.chunks = Log()  # of the endless voice
        self.gate = asyncio.Event()

    def sample_at(self, rate):
        """All voices have this rate, so that a protocol that has no other passes the text on as it is."""
        self.catalog = VoiceCatalog([replace(voice, sample_rate=rate) for voice in self.catalog.voices])

    def speak(self, request, listener):
        self.asked.append(request)
        self.speaking.append(EchoSpeaking(self, request, listener))
        return self.speaking[-1]

    async def messages(self, request) -> AsyncGenerator:
        through = False
        try:
            async for message in self._messages(request):
                through = isinstance(message, SegmentDone | SegmentFailed)
                yield message
        finally:
            if not through:
                self.abandoned.append(request.text)

    async def _messages(self, request):
        segment_id, text = request.segment_id, request.text
        match request.voice:
            case "silent":
                pass
            case "stuck" | "broken":
                yield SegmentAudio(segment_id, pcm_of(text.split()[0]))
                if request.voice == "stuck":
                    await asyncio.Event().wait()
                yield SegmentFailed(segment_id, InternalError("synthesis failed"))
                return
            case mix if mix.endswith("+nobody"):
                yield SegmentFailed(segment_id, UnknownVoice(f"echo has no voice {mix!r}"))
                return
            case "mad":
                yield SegmentAudio(segment_id, NO_PCM)
            case "endless":
                while True:
                    self.chunks.append(segment_id)
                    yield SegmentAudio(segment_id, bytes(RATE // 5))  # a tenth of a second
                    await asyncio.sleep(0)
            case _:
                yield SegmentWords(segment_id, words_of(text))
                yield SegmentAudio(segment_id, pcm_of(text))
                if request.voice == "gated":
                    await self.gate.wait()
        yield SegmentDone(segment_id)


class EchoSpeaking:
    """A segment under way; reads on while the listener has room."""

    def __init__(self, synth, request, listener):
        self._room = asyncio.Event()
        self.listened = False  # to the end, and no listener has raised
        self._task = asyncio.create_task(self._speak(synth.messages(request), listener))

    def abandon(self):
        self._task.cancel()

    def resume(self):
        self._room.set()

    async def _speak(self, messages, listener):
        async with aclosing(messages):
            async for message in messages:
                if not listener(message):
                    self._room.clear()
                    await self._room.wait()
        self.listened = True


class ScriptedWire:
    """The test says what the client sends, and sees what it was sent. While `reading` is clear, sends are stuck."""

    def __init__(self):
        self.sent = Log()
        self.closed = None
        self.aborted = False
        self.session = None  # the task that serves it
        self.reading = asyncio.Event()
        self.reading.set()
        self._frames = asyncio.Queue()

    def say(self, *frames):
        for frame in frames:
            self._frames.put_nowait(json.dumps(frame) if isinstance(frame, dict) else frame)

    def hang_up(self):
        self._frames.put_nowait(GONE)

    async def frames(self) -> AsyncIterator:
        while (frame := await self._frames.get()) is not GONE:
            yield frame

    async def before_send(self):
        """What a test puts here happens before each send."""

    async def send(self, frame):
        await self.before_send()
        await self.reading.wait()
        self.sent.append(frame)

    async def close(self, close):
        self.closed = close
        self.sent.append(close)
        self.hang_up()

    def abort(self):
        self.aborted = True
        self.hang_up()


@dataclass
class Gateway:
    """What connections share, and the conversations over wires that a test holds."""

    synth: EchoSynth = field(default_factory=EchoSynth)
    limits: Limits = field(default_factory=Limits)
    write_deadline: float = 5.0
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self):
        self.encoders = EncoderPool(1)
        self.runner = Runner(self.synth, self.encoders, self.metrics, self.limits, self.write_deadline)

    @asynccontextmanager
    async def connect(self, dialect):
        """Yields the client's wire; at the end the client hangs up, and the session must end."""
        wire = ScriptedWire()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            wire.session = tasks.create_task(self.runner.run_session(wire, dialect))
            yield wire
            wire.hang_up()

    def count(self, name, **labels):
        """A number as it is published."""
        wanted = {f'{key}="{value}"' for key, value in labels.items()}
        for line in self.metrics.render().decode().splitlines():
            found, _, number = line.rpartition(" ")
            title, _, rest = found.partition("{")
            if title == f"voxgate_{name}" and wanted == set(filter(None, rest.rstrip("}").split(","))):
                return float(number)
        return 0.0


@pytest.fixture
async def new_gateway():
    """new_gateway(limits=..., write_deadline=...)"""
    made = []

    def make(**settings):
        made.append(Gateway(**settings))
        return made[-1]

    yield make
    for gateway in made:
        gateway.encoders.close()


@pytest.fixture
async def gateway(new_gateway):
    return new_gateway()


@pytest.fixture
async def synth(gateway):
    return gateway.synth


@pytest.fixture
def echo_synth():
    return EchoSynth


@pytest.fixture
def scripted_wire():
    return ScriptedWire


@pytest.fixture(scope="session")
def postgres():
    if missing():
        pytest.skip(f"not on the PATH: {', '.join(missing())}")
    with cluster(durable=False) as made:
        with ThreadPoolExecutor(1) as thread:  # in this one a test's loop may run
            thread.submit(asyncio.run, make_tables(made)).result()
        yield made


async def make_tables(postgres):
    await (await open_database(await postgres.new_database(MADE))).dispose()


@pytest.fixture(scope="session")
def made_database(tmp_path_factory):
    """A file with all tables: copying one is quicker than making one."""
    file = tmp_path_factory.mktemp("database") / "voxgate.db"

    async def make():
        await (await open_database(f"sqlite+aiosqlite:///{file}")).dispose()

    asyncio.run(make())
    return file


@pytest.fixture
def sqlite_url(tmp_path, made_database):
    """Of a database of the test's own, which has its tables."""
    shutil.copy(made_database, tmp_path)
    return f"sqlite+aiosqlite:///{tmp_path}/voxgate.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
async def each_database(request, sqlite_url):
    """The URL of one of each kind, with its tables."""
    if request.param == "sqlite":
        return sqlite_url
    return await request.getfixturevalue("postgres").new_database(f"each-{next(numbers)}", like=MADE)
