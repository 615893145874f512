"""What the clock ends, and what a drain lets end."""

import asyncio
from dataclasses import replace

import uvloop

from gateway.core.events import Limits, OpenContext
from gateway.core.pacing import Policy
from gateway.dialects import Close
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from tests.gateway.natively import GOODBYE, append, has, is_closed, messages, native, opening, order, said, types


class HurriedDialect(NativeDialect):
    """Its clients wait for nothing, so that deadlines have passed when they are set."""

    def decode(self, frame):
        return [
            replace(command, latency=Policy(max_delay=1e-9)) if isinstance(command, OpenContext) else command
            for command in super().decode(frame)
        ]


async def test_a_context_without_a_word_is_closed_by_the_clock(new_gateway):
    gateway = new_gateway(limits=Limits(context_idle=0.02))
    async with gateway.connect(native()) as wire:
        wire.say(opening())
        await wire.sent.until(has("context_done"))

        assert types(wire.sent)[2:] == ["warned", "context_done"]


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
