import asyncio
import base64
import json
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
import uvloop

from gateway.connection import FRAME, SLICE
from gateway.core.events import KeepAlive, Limits, OpenContext, SegmentAudio
from gateway.core.pacing import Policy
from gateway.core.session import MOST_ENDING
from gateway.dialects import Close
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.outbox import HIGH_MARK, MOST_WAITING
from gateway.writer import AT_ONCE

RATE = 8000


class BrokenDialect(NativeDialect):
    """Has a bug in one word."""

    def encode(self, event):
        if type(event).__name__ == "Cleared":
            raise ZeroDivisionError
        return super().encode(event)


class CountingDialect(NativeDialect):
    """Counts what it reads and what it writes."""

    def __init__(self):
        super().__init__(AudioMode.BASE64)
        self.read = self.wrote = 0
        self.all_read = asyncio.Event()

    def decode(self, frame):
        self.read += 1
        if "close_session" in frame:
            self.all_read.set()
        return super().decode(frame)

    def encode(self, event):
        self.wrote += 1
        return super().encode(event)


class DyingDialect(NativeDialect):
    """Has a bug in its first context, and tells when it hears that one has ended by itself."""

    def __init__(self):
        super().__init__(AudioMode.BASE64)
        self.heard = asyncio.Event()

    def encode(self, event):
        if type(event).__name__ == "ContextOpened":
            raise ZeroDivisionError
        return super().encode(event)

    def expire(self, _context_id):
        self.heard.set()


class ForgetfulDialect(NativeDialect):
    def expire(self, context_id):
        raise KeyError(context_id)


class HurriedDialect(NativeDialect):
    """Its clients wait for nothing, so that deadlines have passed when they are set."""

    def decode(self, frame):
        return [
            replace(command, latency=Policy(max_delay=1e-9)) if isinstance(command, OpenContext) else command
            for command in super().decode(frame)
        ]


class ListeningDialect(NativeDialect):
    """Tells when it has read a sign of life."""

    def __init__(self):
        super().__init__(AudioMode.BASE64)
        self.read = asyncio.Event()

    def decode(self, frame):
        commands = super().decode(frame)
        if any(isinstance(command, KeepAlive) for command in commands):
            self.read.set()
        return commands


class WatchfulDialect(NativeDialect):
    """Notes which contexts have ended by themselves, and whether it had written that by then."""

    def __init__(self, *args):
        super().__init__(*args)
        self.written = []
        self.expired = []

    def expire(self, context_id):
        self.expired.append((context_id, ("context_done", context_id) in self.written))

    def encode(self, event):
        frames = super().encode(event)
        self.written += [(message["type"], message.get("context_id")) for message in messages(frames)]
        return frames


def native():
    return NativeDialect(AudioMode.BASE64)


def opening(context_id="a", voice="ann", **fields):
    output = {"encoding": "pcm_s16le", "sample_rate": RATE}
    return {"type": "open_context", "context_id": context_id, "voice": voice, "output": output, **fields}


def append(text, context_id="a"):
    return {"type": "append_text", "context_id": context_id, "text": text}


def order(name, context_id="a", **fields):
    return {"type": name, "context_id": context_id, **fields}


GOODBYE = {"type": "close_session"}


def messages(sent):
    return [json.loads(frame) for frame in sent if isinstance(frame, str)]


def said(sent, context_id="a"):
    """What the listener of a context heard."""
    heard = [each for each in messages(sent) if each["type"] == "audio" and each["context_id"] == context_id]
    return b"".join(base64.b64decode(each["audio"]) for each in heard).decode()


def types(sent):
    return [each["type"] for each in messages(sent)]


def has(name):
    return lambda sent: name in types(sent)


def is_closed(sent):
    return bool(sent) and isinstance(sent[-1], Close)


async def test_a_conversation_from_the_first_word_to_the_last(gateway):
    async with gateway.connect(native()) as wire:
        wire.say(opening(), append("Hello. How are you?"), order("flush"), GOODBYE)
        await wire.sent.until(is_closed)

    assert types(wire.sent) == [
        "session_opened",
        "context_opened",
        "audio",
        "audio",
        "flush_done",
        "context_done",
        "session_done",
    ]
    assert said(wire.sent).rstrip() == "Hello. How are you?"
    assert wire.closed == Close(1000)


async def test_contexts_speak_side_by_side(gateway):
    async with gateway.connect(native()) as wire:
        wire.say(opening("a", "stuck"), append("Never ends.", "a"), order("flush", "a"))
        wire.say(opening("b"), append("Goes on.", "b"), order("close_context", "b"))
        await wire.sent.until(has("context_done"))

        assert said(wire.sent, "b") == "Goes on."


async def test_workers_pause_while_the_client_does_not_read_and_go_on_when_it_does(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.reading.clear()
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await synth.chunks.until(lambda chunks: len(chunks) * RATE // 5 > HIGH_MARK)
        wire.say(order("keep_alive"))  # the reader still listens
        made = len(synth.chunks)
        for _ in range(100):
            await asyncio.sleep(0)

        assert len(synth.chunks) == made

        wire.reading.set()
        await synth.chunks.length(made + 10)


async def test_a_clear_gets_through_to_a_full_outbox(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.reading.clear()
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await synth.chunks.until(lambda chunks: len(chunks) * RATE // 5 > HIGH_MARK)

        wire.say(order("clear"))

        await synth.abandoned.length(1)
        wire.reading.set()
        await wire.sent.until(has("cleared"))
        heard = len(said(wire.sent))
        assert heard < HIGH_MARK // 10, "what waited was dropped"
        assert types(wire.sent)[-1] == "cleared"


async def test_nothing_of_a_cleared_text_follows_cleared(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await wire.sent.until(has("audio"))
        wire.say(order("clear"), order("close_context"))
        await wire.sent.until(has("context_done"))

    after = types(wire.sent)[types(wire.sent).index("cleared") :]
    assert after == ["cleared", "context_done"]
    assert synth.abandoned == ["Sing."]


async def test_after_a_barge_in_the_context_speaks_on(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="stuck"), append("One two three."), order("flush"))
        await synth.asked.length(1)
        wire.say(order("clear", played_ms=0))
        wire.say(append("Four."), order("flush"))
        await synth.asked.length(2)

        assert [request.text for request in synth.asked] == ["One two three.", "Four."]


async def test_a_client_that_does_not_read_is_dropped_and_its_segments_are_freed(new_gateway):
    gateway = new_gateway(write_deadline=0.02)
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await wire.sent.until(has("audio"))
        wire.reading.clear()
        await gateway.synth.abandoned.length(1)

    assert wire.aborted
    assert gateway.count("slow_consumers_total", kind="native") == 1
    assert gateway.count("contexts_total", outcome="cancelled") == 1


async def test_a_segment_that_ends_while_the_outbox_is_full_does_not_outlive_its_client(new_gateway):
    """Its worker has nothing more to say, so nothing is left to abandon: only its task waits for room."""
    gateway = new_gateway(write_deadline=0.5)  # far longer than it takes until the outbox is full
    async with gateway.connect(native()) as wire:
        wire.say(opening("a", "gated"), opening("b", "endless", max_lead=0))
        wire.say(append("Hello.", "a"), order("flush", "a"))
        await gateway.synth.asked.length(1)
        wire.reading.clear()
        wire.say(append("Sing.", "b"), order("flush", "b"))
        await gateway.synth.chunks.until(lambda chunks: len(chunks) * RATE // 5 > HIGH_MARK)
        gateway.synth.gate.set()
        await gateway.synth.abandoned.until(lambda texts: "Sing." in texts)

    assert wire.aborted
    assert gateway.synth.abandoned == ["Sing."]


async def test_a_client_that_hangs_up_takes_its_segments_along(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="stuck"), append("One. "), append("Two. "), append("Three. "), order("flush"))
        await synth.asked.length(2)
        wire.hang_up()
        await synth.abandoned.length(2)

    assert len(synth.asked) == 2


async def test_a_failed_segment_ends_its_own_context_only(gateway):
    async with gateway.connect(native()) as wire:
        wire.say(opening("a", "broken"), opening("b"))
        wire.say(append("Oh no.", "a"), order("flush", "a"))
        await wire.sent.until(has("context_done"))
        wire.say(append("Still here.", "b"), order("close_context", "b"), GOODBYE)
        await wire.sent.until(is_closed)

    assert said(wire.sent, "b").rstrip() == "Still here."
    assert wire.closed == Close(1000)


async def test_a_bug_in_a_dialect_ends_that_connection_only(gateway, synth):
    async with gateway.connect(native()) as other:
        other.say(opening())
        with pytest.raises(ExceptionGroup) as bug:  # noqa: PT012 - a conversation is more than one statement
            async with gateway.connect(BrokenDialect(AudioMode.BASE64)) as wire:
                wire.say(opening(voice="stuck"), append("One."), order("flush"), order("clear"))
                await synth.abandoned.length(1)

        assert bug.group_contains(ZeroDivisionError)
        other.say(append("Fine."), order("close_context"))
        await other.sent.until(has("context_done"))
    assert said(other.sent).rstrip() == "Fine."


async def test_a_bug_that_a_worker_shows_ends_the_connection_and_not_the_workers_stream(gateway, synth):
    with pytest.raises(ExceptionGroup) as bug:  # noqa: PT012 - a conversation is more than one statement
        async with gateway.connect(native()) as wire:
            wire.say(opening(voice="mad"), append("One."), order("flush"))
            await wire.sent.until(has("context_done"))

    assert bug.group_contains(TypeError)
    assert [speaking.listened for speaking in synth.speaking] == [True]


@pytest.fixture
def lingering_wire(scripted_wire):
    """Its reader takes until `gone` is set to leave."""

    class LingeringWire(scripted_wire):
        def __init__(self):
            super().__init__()
            self.leaving = asyncio.Event()
            self.gone = asyncio.Event()

        async def frames(self):
            try:
                async for frame in super().frames():
                    yield frame
            finally:
                self.leaving.set()
                await self.gone.wait()

    return LingeringWire()


async def test_more_bugs_that_a_worker_shows_while_the_connection_ends_are_not_the_workers_streams(
    new_gateway, echo_synth, lingering_wire
):
    listeners = []

    class OverheardSynth(echo_synth):
        def speak(self, request, listener):
            listeners.append(listener)
            return super().speak(request, listener)

    gateway = new_gateway(synth=OverheardSynth())
    session = asyncio.create_task(gateway.runner.run_session(lingering_wire, native()))
    lingering_wire.say(opening(voice="stuck"), append("One."), order("flush"))
    await gateway.synth.asked.length(1)
    no_pcm: Any = None
    mad = SegmentAudio(gateway.synth.asked[0].segment_id, no_pcm)

    listeners[0](mad)
    await lingering_wire.leaving.wait()
    listeners[0](mad)  # which raises nothing

    lingering_wire.gone.set()
    with pytest.raises(ExceptionGroup) as bug:
        await session
    assert [type(each) for each in bug.value.exceptions] == [TypeError]


async def test_a_deadline_that_comes_while_the_connection_ends_by_a_bug_is_kept(new_gateway, lingering_wire):
    gateway = new_gateway(limits=Limits(context_idle=0.05))
    dialect = DyingDialect()
    session = asyncio.create_task(gateway.runner.run_session(lingering_wire, dialect))
    lingering_wire.say(opening())
    await lingering_wire.leaving.wait()

    async with asyncio.timeout(1):
        await dialect.heard.wait()

    lingering_wire.gone.set()
    with pytest.raises(ExceptionGroup) as bug:
        await session
    assert [type(each) for each in bug.value.exceptions] == [ZeroDivisionError]


async def test_a_bug_that_a_deadline_shows_ends_the_connection(new_gateway):
    gateway = new_gateway(limits=Limits(context_idle=0.01))
    with pytest.raises(ExceptionGroup) as bug:  # noqa: PT012 - a conversation is more than one statement
        async with gateway.connect(ForgetfulDialect(AudioMode.BASE64)) as wire:
            wire.say(opening())
            await wire.sent.until(has("context_done"))

    assert bug.group_contains(KeyError)


async def test_names_that_come_after_the_end_are_not_kept(gateway):
    dialect = ListeningDialect()
    async with gateway.connect(dialect) as wire:
        wire.reading.clear()
        wire.say(opening("x" * 129))
        tracemalloc.start()
        wire.say(*(opening(f"{number}{'x' * 10_000}") for number in range(200)), order("keep_alive"))
        await dialect.read.wait()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        wire.reading.set()

    assert kept < 200_000


async def test_text_that_is_no_message_ends_the_session_with_the_reason(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="stuck"), append("One."), order("flush"))
        await synth.asked.length(1)
        wire.say("{nonsense")
        await wire.sent.until(is_closed)

    assert [each.get("error", {}).get("reason") for each in messages(wire.sent) if each["type"] == "failed"] == [
        "invalid_message",
        "invalid_message",
    ]
    assert wire.closed.code == 1007
    assert synth.abandoned == ["One."]


async def test_the_reason_of_the_end_is_kept_while_a_context_has_audio_waiting(gateway, synth):
    """Lanes take turns, so the session's failure may be said before a context's own."""
    async with gateway.connect(native()) as wire:
        wire.reading.clear()
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await synth.chunks.length(5)
        wire.say(b"binary")
        await synth.abandoned.length(1)
        wire.reading.set()
        await wire.sent.until(is_closed)

    assert wire.closed.code == 1003


async def test_a_context_without_a_word_is_closed_by_the_clock(new_gateway):
    gateway = new_gateway(limits=Limits(context_idle=0.02))
    async with gateway.connect(native()) as wire:
        wire.say(opening())
        await wire.sent.until(has("context_done"))

        assert types(wire.sent)[2:] == ["warned", "context_done"]


async def test_a_dialect_learns_of_the_end_before_it_is_written(new_gateway):
    dialect = WatchfulDialect(AudioMode.BASE64)
    async with new_gateway(limits=Limits(context_idle=0.02)).connect(dialect) as wire:
        wire.say(opening(), opening("b"), order("close_context", "b"))
        await wire.sent.until(lambda sent: len([m for m in messages(sent) if m["type"] == "context_done"]) == 2)

    assert dialect.expired == [("a", False)]


async def test_a_session_without_a_word_is_closed_by_the_clock(new_gateway):
    gateway = new_gateway(limits=Limits(session_idle=0.02))
    async with gateway.connect(native()) as wire:
        await wire.sent.until(is_closed)

    assert wire.closed == Close(1000)


async def test_a_segment_that_was_too_early_is_asked_for_when_its_time_comes(new_gateway):
    """The lead is a twentieth of a second, so nothing but the clock lets the third sentence go."""
    gateway = new_gateway(limits=Limits(max_lead=0.05))
    long = "word " * 500
    async with gateway.connect(native()) as wire:
        wire.say(opening(), append(long), order("flush"), GOODBYE)
        await wire.sent.until(is_closed)

    assert said(wire.sent).split() == long.split()
    assert len(gateway.synth.asked) > 3


async def test_a_drain_lets_streams_finish(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="stuck"), append("One."), order("flush"))
        await synth.asked.length(1)
        draining = asyncio.ensure_future(gateway.runner.drain(5.0))
        await wire.sent.until(has("warned"))
        assert not draining.done()
        wire.say(opening("late"))
        await wire.sent.until(has("failed"))

        wire.say(order("clear"), order("close_context"))
        await wire.sent.until(is_closed)
        await draining

    late = next(each for each in messages(wire.sent) if each["type"] == "failed")
    assert late["error"]["reason"] == "draining"
    assert wire.closed == Close(1000)


async def test_a_drain_ends_an_idle_connection_at_once(gateway):
    async with gateway.connect(native()) as wire:
        await wire.sent.length(1)
        await gateway.runner.drain(5.0)

    assert wire.closed == Close(1000)


async def test_a_drain_cuts_what_is_left_after_its_time(gateway, synth):
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="stuck"), append("One."), order("flush"))
        await synth.asked.length(1)

        await gateway.runner.drain(0.01)

        assert synth.abandoned == ["One."]
        assert wire.closed == Close(1001, "draining")
        assert [each["error"]["reason"] for each in messages(wire.sent) if each["type"] == "failed"] == ["draining"] * 2


async def test_a_drain_does_not_wait_for_a_client_that_does_not_read(new_gateway):
    gateway = new_gateway(write_deadline=0.02)
    async with gateway.connect(native()) as wire:
        wire.say(opening(voice="endless", max_lead=0), append("Sing."), order("flush"))
        await wire.sent.until(has("audio"))
        wire.reading.clear()

        await gateway.runner.drain(0.01)

    assert wire.aborted


async def test_numbers_of_a_conversation(gateway):
    async with gateway.connect(native()) as wire:
        wire.say(opening(), append("Hello."), order("flush"))
        await wire.sent.until(has("flush_done"))
        assert gateway.count("contexts_active") == 1
        assert gateway.count("streams_active", protocol="native") == 1
        wire.say(order("clear"), append("Ha."), order("close_context"), opening("b", "broken"), append("No.", "b"))
        wire.say(order("flush", "b"))
        await wire.sent.until(lambda sent: types(sent).count("context_done") == 2)

    assert gateway.count("contexts_active") == 0
    assert gateway.count("streams_active", protocol="native") == 0
    assert gateway.count("ttfa_seconds_count", protocol="native") == 3
    assert gateway.count("contexts_total", outcome="done") == 1
    assert gateway.count("contexts_total", outcome="error") == 1
    assert gateway.count("characters_total") == len("Hello.Ha.")
    assert gateway.count("cancel_latency_seconds_count") == 1
    assert gateway.count("bytes_sent_total", format="pcm_s16le") == len("Hello.Ha. No. ")


async def test_contexts_that_never_were_leave_nothing_behind(gateway):
    """A client may name another one with each message, for days."""
    dialect = native()
    async with gateway.connect(dialect) as wire:
        for number in range(3):
            wire.say(append("Hello?", f"nobody-{number}"), order("clear", f"nobody-{number}"))
            wire.say(opening(f"short-{number}", "nobody"), append("Hello?", f"short-{number}"))
            wire.say(opening(f"good-{number}"), order("close_context", f"good-{number}"))
        await wire.sent.until(lambda sent: types(sent).count("context_done") == 6)
        [connection] = gateway.runner._live

        assert not connection._timing._streams
        assert not dialect._handles


async def test_a_client_that_asks_and_asks_and_hardly_reads_is_ended(gateway):
    """Each answer is small, but nothing else bounds how many of them wait."""
    async with gateway.connect(native()) as wire:
        await wire.sent.length(1)
        wire.reading.clear()
        wire.say(*[append("Hello?", "nobody")] * (MOST_WAITING + 10))
        wire.say(opening(), append("Never heard."))
        [connection] = gateway.runner._live
        await asyncio.wait([connection._reading], timeout=5)
        wire.reading.set()
        await wire.sent.until(is_closed)

    assert messages(wire.sent)[-2]["error"]["reason"] == "client_too_slow"
    assert "context_opened" not in types(wire.sent)
    assert wire.closed.code == 1008


async def test_a_client_that_says_much_at_once_and_reads_it_all_lets_others_go_on(gateway):
    """And what waits for it does not add up, as if it did not read."""
    dialect = CountingDialect()
    async with gateway.connect(dialect) as wire:
        await wire.sent.length(1)
        wire.say(opening(), *[order("flush"), order("clear")] * 250, GOODBYE)
        at_once, waiting = [], []
        while not is_closed(wire.sent):
            before = dialect.read, dialect.wrote
            await asyncio.sleep(0)
            at_once.append((dialect.read - before[0], dialect.wrote - before[1]))
            waiting.append(dialect.read - dialect.wrote)

    assert types(wire.sent).count("flush_done") == 250
    assert types(wire.sent).count("cleared") == 250
    assert max(read for read, _ in at_once) <= SLICE / FRAME
    assert max(wrote for _, wrote in at_once) <= AT_ONCE
    assert max(waiting) <= AT_ONCE


async def test_contexts_that_have_ended_and_wait_for_a_client_that_does_not_read_are_bounded(gateway):
    """Each of them has an encoder as soon as it is its turn."""
    dialect = CountingDialect()
    async with gateway.connect(dialect) as wire:
        await wire.sent.length(1)
        wire.reading.clear()
        [connection] = gateway.runner._live
        for number in range(MOST_ENDING + 1):
            name = str(number)
            wire.say(opening(name), append("Hi.", name), order("close_context", name))
            while connection._session.active or dialect.read < 3 * number + 3:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0)
        wire.say(GOODBYE)
        await dialect.all_read.wait()
        wire.reading.set()
        await wire.sent.until(is_closed)

    [refused] = [each for each in messages(wire.sent) if each["type"] == "failed"]
    assert refused["context_id"] == str(MOST_ENDING)
    assert refused["error"]["reason"] == "too_many_contexts"
    assert "wait to be read" in refused["error"]["message"]
    assert types(wire.sent).count("context_done") == MOST_ENDING + 1


async def test_what_has_waited_for_a_client_that_reads_again_lets_others_go_on(gateway):
    dialect = CountingDialect()
    async with gateway.connect(dialect) as wire:
        await wire.sent.length(1)
        wire.reading.clear()
        wire.say(opening(), *[order("flush")] * 250, GOODBYE)
        await dialect.all_read.wait()
        wire.reading.set()
        at_once = []
        while not is_closed(wire.sent):
            before = dialect.wrote
            await asyncio.sleep(0)
            at_once.append(dialect.wrote - before)

    assert max(at_once) <= AT_ONCE


def test_a_deadline_that_has_passed_already_is_met(new_gateway):
    """On the loop that the server runs on: a timer of its is none when its time is over."""

    async def talk():
        async with new_gateway().connect(HurriedDialect(AudioMode.BASE64)) as wire:
            wire.say(opening(), append("I think"))
            await wire.sent.until(has("context_opened"))
            wire.say(append(" that the meeting"), append(" was moved to "))
            await wire.sent.until(lambda sent: "moved" in said(sent))
            wire.say(order("close_context"), GOODBYE)
            await wire.sent.until(has("session_done"))

    uvloop.run(talk())
