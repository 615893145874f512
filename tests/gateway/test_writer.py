import asyncio
import io
import time
from dataclasses import replace

import av
import pytest

from gateway.core.events import (
    Audio,
    AudioAdjusted,
    AudioFrame,
    Cleared,
    ContextDone,
    ContextOpened,
    Failed,
    FlushDone,
    Limits,
    SessionDone,
    SessionOpened,
    Usage,
)
from gateway.core.formats import AudioFormat
from gateway.dialects import Close
from gateway.errors import InternalError
from gateway.outbox import Outbox
from gateway.writer import Writer

RATE = 8000
FRAME = 320  # bytes of 20 ms
OPUS = AudioFormat("opus", RATE).resolved()  # holds back what does not fill a packet


class Plain:
    """Says events as they are, and closes after what it is told to close after."""

    def __init__(self, last=()):
        self._last = last

    def encode(self, event):
        return [event, Close(1008, "enough")] if event in self._last else [event]


class Desk:
    """A writer, and what surrounds it."""

    def __init__(self, gateway, wire, dialect, deadline):
        self.wire = wire
        self.outbox = Outbox(time.monotonic, lambda: None)
        self.speaking = False
        self.adjusted = []
        self.told = []
        self.writer = Writer(
            wire,
            dialect,
            self.outbox,
            gateway.encoders,
            deadline,
            speaking=lambda _: self.speaking,
            adjusted=self.adjusted.append,
            sent=lambda event, size: self.told.append((event, size)),
        )

    async def write(self, *events):
        """What the client is sent until the session is done."""
        for event in (*events, SessionDone()):
            self.outbox.put(event)
        await self.writer.run()
        self.writer.close()
        return list(self.wire.sent)


@pytest.fixture
def new_desk(gateway, scripted_wire):
    def make(last=(), deadline=5.0):
        return Desk(gateway, scripted_wire(), Plain(last), deadline)

    return make


@pytest.fixture
def desk(new_desk):
    return new_desk()


def opened(output=OPUS, context_id="a", rate=RATE):
    return ContextOpened(context_id, "ann", output, rate)


def audio(size, flush_id=1, context_id="a"):
    return Audio(context_id, flush_id, 1, bytes(size))


def flushed(flush_id=1):
    return FlushDone("a", flush_id, Usage())


DONE = ContextDone("a", Usage())


def order(sent):
    """What a client hears of a context; packets of one flush that stand together are one ("audio", flush)."""
    heard = []
    for each in sent:
        said = ("audio", each.flush_id) if isinstance(each, AudioFrame) else each
        if said not in heard[-1:] and not isinstance(each, ContextOpened | SessionDone | Close):
            heard.append(said)
    return heard


async def test_events_leave_in_order_and_the_connection_is_closed_well(desk):
    sent = await desk.write(SessionOpened(Limits()), opened(), DONE)

    assert sent == [SessionOpened(Limits()), opened(), DONE, SessionDone(), Close(1000)]


async def test_messages_of_audio_are_numbered_over_the_context(desk):
    sent = await desk.write(opened(), audio(3 * FRAME), flushed(), audio(2 * FRAME, flush_id=2), flushed(2), DONE)

    sequence = [each.sequence for each in sent if isinstance(each, AudioFrame)]
    assert len(sequence) > 4
    assert sequence == list(range(1, len(sequence) + 1))


async def test_what_is_ready_together_is_one_message(desk):
    sent = await desk.write(opened(AudioFormat("pcm_s16le", RATE).resolved()), audio(10 * FRAME), flushed(), DONE)

    assert [len(each.audio) for each in sent if isinstance(each, AudioFrame)] == [10 * FRAME]


@pytest.mark.parametrize("output", [OPUS, AudioFormat("mp3", 44_100).resolved(), AudioFormat("pcm_s16le").resolved()])
async def test_a_message_knows_how_much_of_the_audio_has_left_with_it(desk, output):
    sent = await desk.write(opened(output), audio(10 * FRAME), audio(2 * FRAME), flushed(), audio(FRAME, 2), DONE)

    until = [each.until for each in sent if isinstance(each, AudioFrame)]
    assert until == sorted(until)
    assert until[-1] == pytest.approx(13 * FRAME / 2 / RATE)


@pytest.mark.parametrize("encoding", ["wav", "flac", "mp3"])
async def test_the_end_of_a_context_tells_what_its_audio_begins_with_where_it_is_kept(desk, encoding):
    sent = await desk.write(opened(AudioFormat(encoding, RATE).resolved()), audio(10 * FRAME), flushed(), DONE)

    stream = b"".join(each.audio for each in sent if isinstance(each, AudioFrame))
    head = next(each.head for each in sent if isinstance(each, ContextDone))
    with av.open(io.BytesIO(head + stream[len(head) :])) as file:
        assert file.duration == pytest.approx(av.time_base * 10 * FRAME / 2 / RATE)


async def test_of_several_streams_none_begins_all_of_the_audio(desk):
    output = AudioFormat("wav", RATE, per_flush=True).resolved()
    sent = await desk.write(opened(output), audio(FRAME), flushed(), audio(FRAME, 2), flushed(2), DONE)

    assert DONE in sent


async def test_silence_that_an_encoder_added_counts(desk):
    sent = await desk.write(opened(), audio(10), flushed())

    [silence] = [adjusted.samples for adjusted in desk.adjusted]
    assert [each.until for each in sent if isinstance(each, AudioFrame)][-1] == (5 + silence) / RATE


async def test_the_rest_of_a_packet_leaves_before_the_flush_is_done(desk):
    sent = await desk.write(opened(), audio(10), flushed())

    assert order(sent) == [("audio", 1), flushed()]


async def test_while_more_audio_waits_the_encoder_keeps_the_rest_of_a_packet(desk):
    sent = await desk.write(opened(), audio(10), flushed(), audio(FRAME, 2), flushed(2), DONE)

    assert order(sent) == [flushed(), ("audio", 2), flushed(2), DONE]
    assert desk.adjusted == []


async def test_while_more_is_spoken_the_encoder_keeps_the_rest_of_a_packet(desk):
    desk.speaking = True

    sent = await desk.write(opened(), audio(10), flushed())

    assert order(sent) == [flushed()]


async def test_what_the_encoder_holds_leaves_before_cleared_and_nothing_after_it(desk):
    desk.speaking = True
    sent = await desk.write(opened(), audio(10), Cleared("a", "x", "y"))

    assert order(sent) == [("audio", 1), Cleared("a", "x", "y")]


@pytest.mark.parametrize("encoding", ["ogg_opus", "opus", "mp3", "flac"])
async def test_no_codec_says_anything_of_a_cleared_text_after_cleared(desk, encoding):
    """A codec runs behind what it is given; what it still holds at a barge-in must not sound in the next turn."""
    output = AudioFormat(encoding, 8000).resolved()
    loud = Audio("a", 1, 1, b"\x00\x40" * 1100)

    sent = await desk.write(opened(output), loud, Cleared("a", "x", "y"))

    assert sent[-3:-1] == [Cleared("a", "x", "y"), SessionDone()]
    [adjusted] = desk.adjusted
    assert adjusted.context_id == "a"
    assert adjusted.samples > 0  # silence, up to where all that was given can be heard


async def test_silence_that_a_pause_adds_is_told_in_samples_of_the_voice(desk):
    output = AudioFormat("opus", 24_000).resolved()  # packets of 20 ms, twice the voice's rate below

    await desk.write(opened(output, rate=12_000), Audio("a", 1, 1, bytes(2 * 60)), flushed())

    [adjusted] = desk.adjusted
    assert isinstance(adjusted, AudioAdjusted)
    assert 240 - 60 <= adjusted.samples <= 480


async def test_each_flush_is_a_stream_of_its_own_where_the_format_says_so(desk):
    output = replace(AudioFormat("wav", RATE).resolved(), per_flush=True)

    sent = await desk.write(opened(output), audio(4), flushed(1), audio(4, 2), flushed(2), DONE)

    heard = [each.audio for each in sent if isinstance(each, AudioFrame)]
    assert [(part[:4], len(part)) for part in heard] == [(b"RIFF", 48)] * 2


async def test_the_end_of_a_context_brings_the_end_of_its_stream(desk):
    desk.speaking = True

    sent = await desk.write(opened(), audio(10), DONE)

    assert order(sent) == [("audio", 1), DONE]


async def test_contexts_have_encoders_of_their_own(desk):
    sent = await desk.write(opened(), opened(context_id="b"), audio(10), audio(20, context_id="b"), flushed(), DONE)

    assert {each.context_id for each in sent if isinstance(each, AudioFrame)} == {"a"}


async def test_what_has_left_is_told_with_its_bytes(desk):
    sent = await desk.write(opened(), audio(FRAME + 10), flushed())

    told = [size for _, size in desk.told]
    assert told[0] == told[-1] == 0
    assert told[2] > 0
    assert sum(told) == sum(len(each.audio) for each in sent if isinstance(each, AudioFrame))


async def test_after_a_dialects_close_nothing_more_is_written(new_desk):
    desk = new_desk(last=[flushed()])

    sent = await desk.write(opened(), audio(10), flushed(), DONE)

    assert sent[-2:] == [flushed(), Close(1008, "enough")]


async def test_a_client_that_does_not_read_is_given_up_after_the_deadline(new_desk):
    desk = new_desk(deadline=0.02)
    desk.wire.reading.clear()

    with pytest.raises(TimeoutError):
        await desk.write(opened())
    assert desk.wire.sent == []


@pytest.mark.slow
async def test_a_client_that_reads_slowly_is_not_given_up(new_desk):
    """Each write has the deadline, not a whole piece of audio: a listener may take it no faster than it plays."""
    desk = new_desk(deadline=0.3)

    async def read_slowly():
        desk.wire.reading.clear()
        asyncio.get_running_loop().call_later(0.02, desk.wire.reading.set)

    desk.wire.before_send = read_slowly

    sent = await desk.write(opened(), audio(20 * FRAME), DONE)

    assert len(sent) > 20


async def test_what_the_encoder_holds_leaves_before_the_last_flush_is_done(desk):
    """The end follows by itself, so nothing has to be kept for what comes."""
    desk.speaking = True

    sent = await desk.write(opened(), audio(10), flushed(), DONE)

    assert order(sent) == [("audio", 1), flushed(), DONE]


async def test_what_the_encoder_holds_leaves_before_the_flush_is_done_that_a_barge_in_ends(desk):
    desk.speaking = True

    sent = await desk.write(opened(), audio(10), flushed(), flushed(2), Cleared("a", "x", "y"))

    assert order(sent) == [("audio", 1), flushed(), flushed(2), Cleared("a", "x", "y")]


async def test_what_the_encoder_holds_leaves_before_the_failure(desk):
    failed = Failed("a", InternalError("synthesis failed"))

    sent = await desk.write(opened(), audio(10), failed, DONE)

    assert order(sent) == [("audio", 1), failed, DONE]
