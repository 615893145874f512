"""What the container of each encoding says before the audio."""

import struct

import numpy as np
import pytest

from gateway.audio.encoder import open_encoder
from gateway.audio.floats import float32
from gateway.audio.g711 import g711
from gateway.audio.mp3 import info_frame
from gateway.core.formats import AudioFormat


def first_entry(encoding, sample_rate):
    encoder = open_encoder(AudioFormat(encoding, sample_rate).resolved(), sample_rate)
    header, *_ = encoder.encode(bytes(4_800))
    encoder.close()
    return header


@pytest.mark.parametrize("sample_rate", [8_000, 44_100])
def test_wav_says_that_its_length_is_unknown(sample_rate):
    header = first_entry("wav", sample_rate)

    riff, size, wave, fmt, *facts, data, data_size = struct.unpack("<4sI4s4sIHHIIHH4sI", header)
    assert (riff, wave, fmt, data) == (b"RIFF", b"WAVE", b"fmt ", b"data")
    assert (size, data_size) == (0xFFFFFFFF, 0xFFFFFFFF)
    assert facts == [16, 1, 1, sample_rate, 2 * sample_rate, 2, 16]


@pytest.mark.parametrize(("encoding", "tag", "width"), [("wav_f32le", 3, 4), ("wav_alaw", 6, 1), ("wav_mulaw", 7, 1)])
def test_wav_says_what_its_samples_are(encoding, tag, width):
    header = first_entry(encoding, 8_000)

    fmt, *facts, fact, size, length, data, _ = struct.unpack("<4sIHHIIHHH4sII4sI", header[12:])
    assert (fmt, fact, data) == (b"fmt ", b"fact", b"data")
    assert facts == [18, tag, 1, 8_000, 8_000 * width, width, 8 * width, 0]
    assert (size, length) == (4, 0xFFFFFFFF)


def test_a_float_is_the_sample_exactly():
    pcm = np.arange(-32_768, 32_768).astype("<i2").tobytes()

    floats = np.frombuffer(float32()(pcm), "<f4")

    assert (floats[0], floats[-1]) == (-1.0, 32_767 / 32_768)
    assert (np.round(floats * 32_768).astype("<i2").tobytes()) == pcm


@pytest.mark.parametrize("sample_rate", [8_000, 44_100])
def test_flac_says_that_its_length_is_unknown(sample_rate):
    """RFC 9639 section 8.2: 20 bits of rate, 3 of channels - 1, 5 of bits - 1, 36 of length; then an MD5."""
    header = first_entry("flac", sample_rate)

    assert header[:8] == b"fLaC\x80\x00\x00\x22"
    assert int.from_bytes(header[18:26], "big") == sample_rate << 44 | 0 << 41 | 15 << 36
    assert header[26:] == bytes(16)


@pytest.mark.parametrize(
    ("sample_rate", "frame_size", "start"),
    [(44_100, 1_152, "fffb50c4"), (24_000, 576, "fff384c4"), (11_025, 576, "ffe380c4")],
)
def test_mp3_declares_its_start_delay(sample_rate, frame_size, start):
    frame = info_frame(sample_rate, frame_size)

    tag = frame.index(b"Info")
    assert frame[:4].hex() == start
    assert frame[tag + 12 : tag + 21] == b"LAME3.100"
    assert int.from_bytes(frame[tag + 33 : tag + 36], "big") == 576 << 12
    assert len(frame) == frame_size // 8 * 64_000 // sample_rate


@pytest.mark.parametrize(("sample_rate", "index"), [(8_000, 11), (24_000, 6), (44_100, 4)])
def test_each_aac_frame_says_what_it_is(sample_rate, index):
    """ISO/IEC 13818-7 table 8: sync word, MPEG-4, no checksum; profile LC, rate, one channel, length."""
    encoder = open_encoder(AudioFormat("aac", sample_rate).resolved(), sample_rate)
    frames = [*encoder.encode(bytes(2 * sample_rate)), *encoder.finish()]

    assert len(frames) == -(-sample_rate // 1024) + 1
    for frame in frames:
        assert frame[:2] == b"\xff\xf1"
        assert frame[2] == 1 << 6 | index << 2
        assert int.from_bytes(frame[3:6], "big") >> 5 == 1 << 17 | len(frame)


def test_g711_agrees_with_the_recommendation():
    """ITU-T G.711 tables 1 and 2: silence, the largest values, and 8 significant bits of sign and logarithm."""
    pcm = np.array([0, 32_767, -32_768], "<i2").tobytes()

    assert g711("pcm_mulaw")(pcm) == b"\xff\x80\x00"
    assert g711("pcm_alaw")(pcm) == b"\xd5\xaa\x2a"
