"""Clients that do not read, read slowly, say too much at once, or hang up."""

import asyncio
import tracemalloc

import pytest

from gateway.connection import FRAME, SLICE
from gateway.core.events import KeepAlive
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.outbox import HIGH_MARK, MOST_WAITING
from gateway.writer import AT_ONCE
from tests.gateway.natively import (
    GOODBYE,
    RATE,
    CountingDialect,
    append,
    has,
    is_closed,
    messages,
    native,
    opening,
    order,
    said,
    types,
)


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


@pytest.mark.slow
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
