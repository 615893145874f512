"""One suite over both transports."""

import asyncio
from typing import Any

import pytest
import voxgate
from voxgate import Audio, Cleared, ContextDone, FlushDone, Reconnect, SpeechError, Usage, Warned, Word, Words


def speech(events):
    return [event.audio.rstrip(b"\0").decode() for event in events if isinstance(event, Audio)]


async def collect(events):
    return [event async for event in events]


def opened(session, **options):
    return session.context(
        voice=options.pop("voice", "en-us"), encoding=options.pop("encoding", "pcm_s16le"), **options
    )


class Tokens:
    """Text that comes when the test says so."""

    def __init__(self) -> None:
        self.queue = asyncio.Queue()

    def __aiter__(self):
        return self

    async def __anext__(self):
        token = await self.queue.get()
        if token is None:
            raise StopAsyncIteration
        return token


async def test_a_text_is_spoken_in_order_and_the_context_ends(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        await context.append("one two ")
        await context.append("three")
        await context.close()
        events = await collect(context)

    assert speech(events) == ["one", "two", "three"]
    seconds: Any = pytest.approx(0.3)
    assert events[-1] == ContextDone(context.id, Usage(13, seconds))
    assert context.opened.output == voxgate.AudioFormat("pcm_s16le", 24000)
    assert context.seconds == pytest.approx(0.3)


async def test_the_session_knows_its_limits(url):
    async with voxgate.connect(url) as session:
        assert session.limits == voxgate.Limits(32, 500_000, 30.0, 180.0, 300.0)


async def test_a_flush_is_done_after_its_audio_and_the_context_goes_on(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        await context.append("one two")
        assert await context.flush() == 1
        await context.append("three")
        assert await context.flush() == 2
        await context.close()
        events = await collect(context)

    told = [event.flush_id if isinstance(event, FlushDone) else event.audio[:3] for event in events[:-1]]
    assert told == [b"one", b"two", 1, b"thr", 2]


async def test_audio_carries_the_number_of_its_flush(server):
    async with voxgate.connect(server.websocket) as session, opened(session) as context:
        for word in ("one", "two"):
            await context.append(word)
            await context.flush()
        await context.close()
        audio = [event for event in await collect(context) if isinstance(event, Audio)]

    assert [(event.flush_id, event.sequence) for event in audio] == [(1, 1), (2, 2)]


async def test_words_come_before_their_audio(url):
    async with voxgate.connect(url) as session, opened(session, words=True) as context:
        events = await collect(context.speak("hi you", close=True))

    words = [word for event in events if isinstance(event, Words) for word in event.words]
    assert words == [Word(0, 2, 0.0, 0.1), Word(3, 6, 0.1, 0.2)]
    assert isinstance(events[0], Words)
    assert isinstance(events[1], Audio)


async def test_audio_alone_is_the_bytes_of_the_context(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        await context.append("one two")
        await context.close()
        audio = await collect(context.audio())

    assert [len(piece) for piece in audio] == [4800, 4800]


async def test_speak_sends_while_it_receives(url):
    tokens = Tokens()
    async with voxgate.connect(url) as session, opened(session) as context:
        events = context.speak(tokens)
        heard = []
        for token in ("once ", "upon ", "a ", "time "):
            tokens.queue.put_nowait(token)
            heard += speech([await anext(events)])
        tokens.queue.put_nowait(None)
        rest = await collect(events)

    assert heard == ["once", "upon", "a", "time"]
    assert [type(event) for event in rest] == [FlushDone]


async def test_several_texts_are_spoken_in_one_context(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        first = await collect(context.speak("one two"))
        second = await collect(context.speak(["th", "ree"]))

    assert (speech(first), speech(second)) == (["one", "two"], ["three"])
    assert (first[-1].flush_id, second[-1].flush_id) == (1, 2)


async def test_a_text_that_raises_ends_its_context_with_the_same_error(url):
    async def broken():
        yield "one "
        raise LookupError("the model is gone")

    async with voxgate.connect(url) as session, opened(session) as context:
        with pytest.raises(LookupError, match="the model is gone"):
            await collect(context.speak(broken()))


async def test_two_contexts_share_a_connection(url, script):
    async def say(session, text):
        async with opened(session) as context:
            return speech(await collect(context.speak(text.split(), close=True)))

    async with voxgate.connect(url) as session:
        one, two = await asyncio.gather(say(session, "one two three"), say(session, "four five six"))

    assert ("".join(one), "".join(two)) == ("onetwothree", "fourfivesix")
    assert script.connections == 1


async def test_an_interruption_tells_what_was_heard_and_drops_the_rest(url):
    async with voxgate.connect(url) as session, opened(session, voice="held") as context:
        await context.append("one two three")
        await context.flush()
        assert speech([await anext(context)]) == ["one"]
        cleared = await context.clear(played_ms=100)
        await context.append("four")
        await context.flush()
        events = [await anext(context), await anext(context)]

    assert cleared == Cleared(context.id, "one ", "two three")
    assert events[0] == cleared
    assert speech(events) == ["four"]


async def test_an_interruption_drops_audio_that_is_here_and_not_yet_read(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        await context.append("one two three ")
        async with opened(session) as other:  # its end tells that the first context's audio is here
            await collect(other.speak("x", close=True))
        await context.clear()
        await context.append("four ")
        await context.close()
        events = await collect(context)

    assert speech(events) == ["four"]


async def test_an_interruption_stops_the_text_that_is_being_sent(url, script):
    tokens = Tokens()
    async with voxgate.connect(url) as session, opened(session) as context:
        events = context.speak(tokens)
        tokens.queue.put_nowait("one ")
        await anext(events)
        cleared = await context.clear()
        tokens.queue.put_nowait("two ")
        rest = await collect(events)

    assert rest == [cleared]
    assert script.text() == "one "


async def test_an_interruption_after_the_end_is_answered_from_the_word_times(url):
    async with voxgate.connect(url) as session, opened(session, words=True) as context:
        await collect(context.speak("one two three", close=True))
        cleared = await context.clear(played_ms=230)

    assert (cleared.heard, cleared.unheard) == ("one two", " three")


async def test_an_interruption_after_the_end_is_answered_in_proportion_without_word_times(url):
    async with voxgate.connect(url) as session, opened(session) as context:
        await collect(context.speak("one two three", close=True))
        part = await context.clear(played_ms=200)
        whole = await context.clear()

    assert (part.heard, part.unheard) == ("one two ", "three")
    assert (whole.heard, whole.unheard) == ("one two three", "")


async def test_leaving_a_context_tells_the_server_to_stop(url, script):
    async with voxgate.connect(url) as session:
        async with opened(session) as context:
            await context.append("one two three")
        async with opened(session) as other:
            assert speech(await collect(other.speak("four", close=True))) == ["four"]

    assert script.kinds()[2:4] == ["clear", "close_context"]


async def test_long_text_is_cut_into_messages_that_the_server_takes(url, script):
    text = "\x01" * 20_000
    async with voxgate.connect(url) as session, opened(session) as context:
        await collect(context.speak(text, close=True))

    assert script.text() == text


async def test_an_unknown_voice_is_a_typed_error_for_the_reader_and_the_sender(url):
    async with voxgate.connect(url) as session, opened(session, voice="unknown") as context:
        with pytest.raises(SpeechError) as read:
            await anext(context)
        with pytest.raises(SpeechError) as sent:
            await context.append("hello")

    assert (read.value.code, read.value.reason, read.value.retryable) == ("NOT_FOUND", "unknown_voice", False)
    assert sent.value.reason == "unknown_voice"


async def test_a_failed_context_leaves_the_others_alone(url):
    async with voxgate.connect(url) as session, opened(session) as good:
        async with opened(session, voice="unknown") as bad:
            with pytest.raises(SpeechError):
                await collect(bad)
        assert speech(await collect(good.speak("still here", close=True))) == ["still", "here"]


async def test_warnings_are_events(url):
    async with voxgate.connect(url) as session, opened(session, voice="warns") as context:
        events = await collect(context.speak("hi", close=True))

    assert events[0] == Warned(context.id, "strange", "strange text")


async def test_a_wrong_key_is_refused_and_a_right_one_is_not(url, script):
    script.keys = ("sesame",)
    with pytest.raises(SpeechError) as refused:
        async with voxgate.connect(url, api_key="wrong", reconnect=Reconnect(attempts=2, backoff=0)):
            pass
    async with voxgate.connect(url, api_key="sesame"):
        pass

    assert (refused.value.code, refused.value.reason) == ("UNAUTHENTICATED", "unauthenticated")
    assert refused.value.message == "who are you"


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "grpc://127.0.0.1:1"])
async def test_nobody_there_is_a_retryable_error(url):
    with pytest.raises(SpeechError) as refused:
        async with voxgate.connect(url, reconnect=Reconnect(attempts=1, backoff=0)):
            pass

    assert (refused.value.reason, refused.value.retryable) == ("connect_failed", True)


async def test_a_connection_lost_in_mid_speech_says_how_much_audio_had_arrived(url, script):
    async with (
        voxgate.connect(url, reconnect=Reconnect(backoff=0)) as session,
        opened(session, voice="cut") as context,
    ):
        await context.append("one two")
        await context.flush()
        assert speech([await anext(context)]) == ["one"]
        with pytest.raises(SpeechError) as lost:
            await anext(context)

    assert (lost.value.reason, lost.value.retryable) == ("connection_lost", True)
    assert lost.value.audio_sent_ms == pytest.approx(100)
    assert script.connections == 1  # what was heard is never spoken again


async def test_a_context_that_was_not_heard_yet_is_spoken_on_a_new_connection(url, script):
    async with (
        voxgate.connect(url, reconnect=Reconnect(backoff=0)) as session,
        opened(session, voice="cut-once") as context,
    ):
        events = await collect(context.speak(["one ", "two ", "three"], close=True))

    assert speech(events) == ["one", "two", "three"]
    assert script.connections == 2


async def test_without_a_policy_nothing_is_tried_again(url, script):
    async with voxgate.connect(url) as session, opened(session, voice="cut-once") as context:
        with pytest.raises(SpeechError) as lost:
            await collect(context.speak("one", close=True))
        with pytest.raises(SpeechError):
            async with opened(session):
                pass

    assert (lost.value.reason, lost.value.audio_sent_ms) == ("connection_lost", 0)
    assert script.connections == 1


async def test_with_a_policy_a_session_that_lost_its_connection_opens_contexts_on_a_new_one(url, script):
    async with voxgate.connect(url, reconnect=Reconnect(backoff=0)) as session:
        async with opened(session, voice="cut") as context:
            with pytest.raises(SpeechError):
                await collect(context.speak("one", close=True))
        async with opened(session) as context:
            assert speech(await collect(context.speak("two", close=True))) == ["two"]

    assert script.connections == 2


async def test_what_the_server_says_before_it_closes_is_the_error(url):
    async with voxgate.connect(url) as session, opened(session, voice="overloaded") as context:
        with pytest.raises(SpeechError) as refused:
            await collect(context)

    assert (refused.value.reason, refused.value.message) == ("overloaded", "it is overloaded")


async def test_a_context_that_nobody_reads_fails_and_the_others_go_on(url):
    session = voxgate.connect(url, max_unread=10_000)
    async with session, opened(session) as unread, opened(session) as other:
        await unread.append("one two three four ")
        assert speech(await collect(other.speak("still here", close=True))) == ["still", "here"]
        with pytest.raises(SpeechError) as full:
            await anext(unread)

    assert full.value.reason == "unread_audio"


async def test_a_cancelled_sender_does_not_harm_the_connection(url):
    async with voxgate.connect(url) as session:
        async with opened(session) as context:
            sender = asyncio.create_task(context.append("never "))
            await asyncio.sleep(0)
            sender.cancel()
            await asyncio.wait([sender])
        async with opened(session) as context:
            assert speech(await collect(context.speak("fine", close=True))) == ["fine"]


async def test_a_closed_session_ends_its_contexts(url):
    async with voxgate.connect(url) as session:
        context = await opened(session).__aenter__()
    with pytest.raises(SpeechError) as closed:
        await anext(context)

    assert closed.value.reason == "session_closed"


def test_an_unknown_scheme_is_named():
    with pytest.raises(ValueError, match="ws://, wss://"):
        voxgate.connect("127.0.0.1:8080")


def test_a_frame_too_short_for_its_header_is_a_typed_error():
    from voxgate.websocket_link import WebSocketLink

    connection: Any = None  # nothing is asked of it

    with pytest.raises(SpeechError, match="sent 3 bytes"):
        WebSocketLink(connection)._audio(b"abc")
