"""A stream that is whole, behind the head that knows its length, as programs read a file."""

import hashlib
import io
import struct
import wave

import av
import pytest

from gateway.audio.encoder import open_encoder
from gateway.audio.wav import ALAW, PCM, wav_header
from gateway.core.formats import ENCODINGS, AudioFormat

HEADED = ("wav", "wav_f32le", "wav_mulaw", "wav_alaw", "flac", "mp3")


@pytest.fixture(params=[(name, rate) for name in HEADED for rate in ENCODINGS[name].sample_rates], ids=str)
def headed(request):
    return AudioFormat(*request.param).resolved()


def kept(output, input_rate, pieces):
    """(the stream, the file)"""
    encoder = open_encoder(output, input_rate)
    entries = [entry for piece in pieces for entry in encoder.encode(piece)]
    stream = b"".join(entries + encoder.finish())
    return stream, encoder.head + stream[len(encoder.head) :]


def seconds_told(file):
    """By its header, whatever is behind it."""
    with av.open(io.BytesIO(file[: len(file) // 2])) as container:
        return (container.duration or 0) / av.time_base


def test_a_file_tells_its_length_and_decodes_to_it(headed, voice, pieces, listen):
    count = 24_000 + 37
    stream, file = kept(headed, 24_000, pieces(voice(count, 24_000)))

    heard = listen(headed, [file])
    length = heard.length(count, 24_000)
    assert len(heard.samples) == length
    assert heard.is_the_voice(0, length)
    with av.open(io.BytesIO(file)) as container:
        assert container.duration == pytest.approx(av.time_base * length / headed.sample_rate, abs=1)
    assert len(file) == len(stream)


@pytest.mark.parametrize("encoding", ["flac", "mp3"])
def test_what_a_header_tells_is_no_guess(encoding, voice, pieces):
    """Of half a file FFmpeg would guess half the time."""
    _, file = kept(AudioFormat(encoding).resolved(), 24_000, pieces(voice(48_000, 24_000)))

    assert seconds_told(file) == pytest.approx(2.0, abs=0.06)


@pytest.mark.parametrize("samples", [*range(1_150, 1_155), 1_775, 5_000])
@pytest.mark.parametrize("pause", [False, True])
def test_an_mp3_ends_on_the_sample(samples, pause, voice, listen):
    """In the shortest, of less than two frames, FFmpeg forgets what is to be left out at the start."""
    output = AudioFormat("mp3").resolved()
    encoder = open_encoder(output, 24_000)
    entries = encoder.encode(voice(samples, 24_000))
    filled, silence = encoder.pause() if pause else ([], 0.0)
    stream = b"".join(entries + filled + encoder.finish())

    file = encoder.head + stream[len(encoder.head) :]
    assert len(listen(output, [file]).samples) == samples + round(silence * 24_000)


def test_an_info_frame_counts_the_frames_behind_it(voice, pieces):
    _, file = kept(AudioFormat("mp3").resolved(), 24_000, pieces(voice(24_000, 24_000)))

    flags, frames, size = struct.unpack_from(">III", file, file.index(b"Info") + 4)
    assert (flags, frames, size) == (0x0F, len(file) // 192 - 1, len(file))
    places = file[file.index(b"Info") + 16 :][:100]
    assert list(places) == [percent * 256 // 100 for percent in range(100)]


def test_a_flac_has_the_checksum_of_its_samples(voice, pieces):
    pcm = voice(12_037, 24_000)
    _, file = kept(AudioFormat("flac").resolved(), 24_000, pieces(pcm))

    assert file[26:42] == hashlib.md5(pcm).digest()
    assert int.from_bytes(file[18:26], "big") % 2**36 == 12_037


def test_pythons_own_reader_knows_how_long_a_wav_is(voice, pieces):
    pcm = voice(12_037, 24_000)
    _, file = kept(AudioFormat("wav").resolved(), 24_000, pieces(pcm))

    with wave.open(io.BytesIO(file)) as read:
        assert (read.getnframes(), read.getframerate()) == (12_037, 24_000)
        assert read.readframes(read.getnframes()) == pcm
    assert struct.unpack_from("<I", file, 4) == (len(file) - 8,)


@pytest.mark.parametrize("samples", [PCM, ALAW])
def test_a_wav_that_is_too_long_for_its_header_is_read_to_its_end(samples):
    unknown = wav_header(24_000, samples)
    longest = 2**32 - 2 - len(unknown)
    known = wav_header(24_000, samples, longest)

    assert known[-4:] == longest.to_bytes(4, "little")
    for size in (longest + 2, 2**32, 2**40):
        assert wav_header(24_000, samples, size) == unknown


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS) - set(HEADED)))
def test_what_tells_nothing_of_its_length_begins_as_it_did(encoding, voice, pieces):
    stream, file = kept(AudioFormat(encoding).resolved(), 24_000, pieces(voice(9_000, 24_000)))

    assert file == stream


def test_an_ogg_tells_its_length_by_its_last_page(voice, pieces):
    _, file = kept(AudioFormat("ogg_opus").resolved(), 24_000, pieces(voice(48_000, 24_000)))

    pre_skip = 312  # at 48 kHz, which FFmpeg counts too
    with av.open(io.BytesIO(file)) as container:
        assert container.duration == pytest.approx(av.time_base * (2.0 + pre_skip / 48_000), abs=2)


def test_a_stream_without_audio_begins_with_nothing(any_encoding):
    encoder = open_encoder(any_encoding, 22_050)
    encoder.finish()

    assert encoder.head == b""
