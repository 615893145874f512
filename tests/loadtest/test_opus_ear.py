"""Real libopus, packed by the test: what the ear reads back, and which faults it finds."""

import av
import pytest

from loadtest.faults import Fault
from loadtest.floor import Schedule, frames_of
from loadtest.opus_ear import OpusEar
from loadtest.signature import SAMPLE_RATE, pcm

PACKET = 480
DELAY = 156


class Encoder:
    """Raw packets; a pause covers the codec's delay with silence."""

    def __init__(self):
        self.codec = av.CodecContext.create("libopus", "w")
        self.codec.sample_rate, self.codec.format, self.codec.layout = SAMPLE_RATE, "s16", "mono"
        self.codec.bit_rate = 32_000
        self.codec.options = {"application": "voip", "frame_duration": "20"}
        self.fed = 0

    def feed(self, audio):
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(audio) // 2)
        frame.planes[0].update(audio)
        frame.sample_rate = SAMPLE_RATE
        self.fed += len(audio) // 2
        return [bytes(packet) for packet in self.codec.encode(frame)]

    def pause(self):
        return self.feed(bytes(2 * (-(-(self.fed + DELAY) // PACKET) * PACKET - self.fed)))


@pytest.fixture
def faults():
    return []


@pytest.fixture
def ear(faults):
    return OpusEar(lambda fault, _story: faults.append(fault), ogg=False)


@pytest.fixture
def encoder():
    return Encoder()


def hear(ear, packets):
    for packet in packets:
        ear.take(packet)


def test_a_text_is_read_back(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    hear(ear, encoder.feed(pcm("s17c2t3heardwell.")) + encoder.pause())
    ear.flush_ended(17)
    ear.judge()

    assert faults == []


@pytest.mark.parametrize("pause", [True, False])
@pytest.mark.parametrize("first", ["one", "seven"])
def test_a_second_text_is_read_back_with_and_without_a_pause(ear, faults, encoder, first, pause):
    ear.append(first)
    ear.append("twelve")
    hear(ear, encoder.feed(pcm(first)) + (encoder.pause() if pause else []))
    ear.flush_ended(len(first))
    hear(ear, encoder.feed(pcm("twelve")) + encoder.pause())
    ear.flush_ended(len(first) + 6)
    ear.judge()

    assert faults == []


def test_one_foreign_character_is_found(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    hear(ear, encoder.feed(pcm("s18c2t3heardwell.")) + encoder.pause())
    ear.flush_ended(17)
    ear.judge()

    assert faults == [Fault.WRONG_AUDIO]


def test_a_packet_that_is_missing_is_found(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    packets = encoder.feed(pcm("s17c2t3heardwell.")) + encoder.pause()
    hear(ear, packets[:10] + packets[11:])
    ear.flush_ended(17)
    ear.judge()

    assert faults


def test_a_missing_end_is_found(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    hear(ear, encoder.feed(pcm("s17c2t3heardwell")))
    ear.flush_ended(17)
    ear.judge()

    assert faults == [Fault.MISSING_AUDIO]


def test_a_surplus_is_found(ear, faults, encoder):
    ear.append("s17")
    hear(ear, encoder.feed(pcm("s17s17")))
    ear.flush_ended(3)
    ear.judge()

    assert faults == [Fault.SURPLUS_AUDIO]


def test_what_was_heard_before_a_barge_in_is_read_back_and_what_follows_it(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    hear(ear, encoder.feed(pcm("s17c2t3heardwell.")[:30_000]) + encoder.pause())
    ear.skip(17)
    ear.append("again")
    hear(ear, encoder.feed(pcm("again")) + encoder.pause())
    ear.flush_ended(22)
    ear.judge()

    assert faults == []


def test_a_foreign_text_before_a_barge_in_is_found(ear, faults, encoder):
    ear.append("s17c2t3heardwell.")
    hear(ear, encoder.feed(pcm("s18c2t3heardwell.")[:30_000]) + encoder.pause())
    ear.skip(17)
    ear.judge()

    assert faults == [Fault.WRONG_AUDIO]


def test_a_message_holds_20_ms(ear, encoder):
    assert [ear.take(packet) for packet in encoder.feed(pcm("on"))] == pytest.approx([0.02] * 6)


def test_an_ogg_stream_without_its_end_is_found(faults):
    ear = OpusEar(lambda fault, _story: faults.append(fault), ogg=True)
    page = frames_of(Schedule(opus=True))
    page()
    ear.take(page())
    ear.judge()

    assert Fault.BAD_STREAM in faults
