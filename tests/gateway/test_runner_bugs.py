"""A bug in a dialect, of a worker or at a deadline ends its own connection, in order."""

import asyncio
from typing import Any

import pytest

from gateway.core.events import Limits, SegmentAudio
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from tests.gateway.natively import append, has, native, opening, order, said


class BrokenDialect(NativeDialect):
    """Has a bug in one word."""

    def encode(self, event):
        if type(event).__name__ == "Cleared":
            raise ZeroDivisionError
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
