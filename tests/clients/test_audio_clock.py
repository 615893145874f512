import struct

import pytest
from voxgate.audio_clock import AudioClock
from voxgate.events import AudioFormat


def ogg_page(granule, body=b"packet"):
    return struct.pack("<4sBBq", b"OggS", 0, 0, granule) + bytes(13) + body


@pytest.mark.parametrize(
    ("output", "messages", "seconds"),
    [
        (AudioFormat("pcm_s16le", 24_000), [bytes(24_000), bytes(24_000)], 1.0),
        (AudioFormat("wav", 8_000), [bytes(44), bytes(8_000)], 0.5),
        (AudioFormat("mulaw", 8_000), [bytes(4_000)], 0.5),
        (AudioFormat("pcm_f32le", 8_000), [bytes(16_000)], 0.5),
        (AudioFormat("wav_f32le", 8_000), [bytes(58), bytes(16_000)], 0.5),
        (AudioFormat("wav_alaw", 8_000), [bytes(58), bytes(4_000)], 0.5),
        (AudioFormat("mp3", 24_000, 64_000), [bytes(8_000)], 1.0),
        (AudioFormat("opus", 24_000, 32_000), [b"packet", b"packet", b"packet"], 0.06),
        (AudioFormat("ogg_opus", 24_000, 32_000), [ogg_page(0), ogg_page(960) + ogg_page(1920)], 0.04),
    ],
)
def test_seconds_are_told_from_the_bytes(output, messages, seconds):
    clock = AudioClock(output)
    for message in messages:
        clock.add(message)

    assert clock.seconds == pytest.approx(seconds)


def test_a_page_cut_in_its_header_does_not_count():
    clock = AudioClock(AudioFormat("ogg_opus", 24_000))
    clock.add(ogg_page(960) + b"OggS\0")

    assert clock.seconds == pytest.approx(0.02)


def test_flac_is_told_by_the_gateway():
    clock = AudioClock(AudioFormat("flac", 24_000))
    clock.add(bytes(5000))
    clock.settle(1.5)

    assert clock.seconds == 1.5
