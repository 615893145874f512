"""A connection's loop: a conversation from the first word to the last, what is counted of it, what it leaves behind."""

import asyncio

from gateway.core.events import Limits
from gateway.core.session import MOST_ENDING
from gateway.dialects import Close
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from tests.gateway.natively import (
    GOODBYE,
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


async def test_a_failed_segment_ends_its_own_context_only(gateway):
    async with gateway.connect(native()) as wire:
        wire.say(opening("a", "broken"), opening("b"))
        wire.say(append("Oh no.", "a"), order("flush", "a"))
        await wire.sent.until(has("context_done"))
        wire.say(append("Still here.", "b"), order("close_context", "b"), GOODBYE)
        await wire.sent.until(is_closed)

    assert said(wire.sent, "b").rstrip() == "Still here."
    assert wire.closed == Close(1000)


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


async def test_a_dialect_learns_of_the_end_before_it_is_written(new_gateway):
    dialect = WatchfulDialect(AudioMode.BASE64)
    async with new_gateway(limits=Limits(context_idle=0.02)).connect(dialect) as wire:
        wire.say(opening(), opening("b"), order("close_context", "b"))
        await wire.sent.until(lambda sent: len([m for m in messages(sent) if m["type"] == "context_done"]) == 2)

    assert dialect.expired == [("a", False)]


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
