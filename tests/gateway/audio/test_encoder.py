"""One suite over every encoding."""

import numpy as np
import psutil
import pytest

from gateway.audio.encoder import open_encoder
from gateway.core.formats import ENCODINGS, AudioFormat

WIDTHS = {  # bytes of a sample
    "pcm_s16le": 2,
    "wav": 2,
    "pcm_f32le": 4,
    "wav_f32le": 4,
    "mulaw": 1,
    "wav_mulaw": 1,
    "alaw": 1,
    "wav_alaw": 1,
}
HEADERS = {"ogg_opus": 2, "mp3": 1, "flac": 1, "wav": 1, "wav_f32le": 1, "wav_mulaw": 1, "wav_alaw": 1}
FIRST_FRAMES = {"mp3": 2}  # FFmpeg's demuxer believes in an MP3 after two frames in a row


def encoded(output, input_rate, pieces):
    encoder = open_encoder(output, input_rate)
    return [entry for piece in pieces for entry in encoder.encode(piece)] + encoder.finish()


def test_every_sample_arrives_and_sounds_as_it_was(any_format, input_rate, voice, pieces, listen):
    count = input_rate // 2 + 37

    heard = listen(any_format, encoded(any_format, input_rate, pieces(voice(count, input_rate))))

    length = heard.length(count, input_rate)
    assert heard.has_length(length)
    assert heard.is_the_voice(0, length)


@pytest.mark.parametrize("encoding", ["pcm_s16le", "pcm_f32le", "wav", "wav_f32le", "flac"])
def test_a_lossless_encoding_at_the_voices_own_rate_changes_no_sample(encoding, voice, pieces, listen):
    pcm = voice(12_037, 24_000)
    output = AudioFormat(encoding).resolved()

    heard = listen(output, encoded(output, 24_000, pieces(pcm)))

    assert np.array_equal(heard.samples, np.frombuffer(pcm, "<i2"))


def test_what_is_heard_does_not_depend_on_how_the_pcm_was_cut(any_encoding, input_rate, voice, pieces, listen):
    pcm = voice(9_001, input_rate)

    at_once = listen(any_encoding, encoded(any_encoding, input_rate, [pcm]))
    in_pieces = listen(any_encoding, encoded(any_encoding, input_rate, pieces(pcm)))

    assert np.array_equal(at_once.samples, in_pieces.samples)


@pytest.mark.parametrize("samples", [1, 2, 40, 479, 480, 481])
def test_the_shortest_streams_are_complete(any_encoding, input_rate, samples, voice, listen):
    heard = (
        listen(any_encoding, entries)
        if (entries := encoded(any_encoding, input_rate, [voice(samples, input_rate)]))
        else None
    )

    expected = round(samples * any_encoding.sample_rate / input_rate)
    assert (heard is None) if expected == 0 else heard.has_length(heard.length(samples, input_rate))


def test_every_prefix_decodes_to_the_beginning_of_the_whole(any_encoding, voice, pieces, listen):
    entries = encoded(any_encoding, 24_000, pieces(voice(7_000, 24_000)))
    complete = listen(any_encoding, entries).samples

    first = HEADERS.get(any_encoding.encoding, 0) + FIRST_FRAMES.get(any_encoding.encoding, 1)
    prefixes = [listen(any_encoding, entries[:end]).samples for end in range(first, len(entries) + 1)]

    assert all(np.array_equal(prefix, complete[: len(prefix)]) for prefix in prefixes)
    assert [len(prefix) for prefix in prefixes] == sorted(len(prefix) for prefix in prefixes)


def test_a_stream_without_audio_is_empty(any_encoding, input_rate):
    encoder = open_encoder(any_encoding, input_rate)

    assert encoder.encode(b"") == []
    assert encoder.pause() == ([], 0.0)
    assert encoder.finish() == []


def test_closing_again_does_nothing(any_encoding, input_rate, voice):
    finished, abandoned, unused = (open_encoder(any_encoding, input_rate) for _ in range(3))
    finished.encode(voice(1_001, input_rate))
    finished.finish()
    abandoned.encode(voice(1_001, input_rate))

    for encoder in (finished, abandoned, unused):
        encoder.close()
        encoder.close()


@pytest.mark.parametrize("encoding", WIDTHS)
def test_samples_leave_as_they_come(encoding, voice, pieces):
    output = AudioFormat(encoding, 24_000).resolved()
    given = [piece for piece in pieces(voice(1_447, 24_000)) if piece]

    entries = encoded(output, 24_000, given)[HEADERS.get(encoding, 0) :]

    assert [len(entry) for entry in entries] == [len(piece) // 2 * WIDTHS[encoding] for piece in given]


def test_audio_leaves_before_50_ms_have_been_heard(any_encoding, voice):
    """MP3 waits for a frame of 24 ms and the start of the next; AAC longest, for two of 43 ms."""
    encoder = open_encoder(any_encoding, 24_000)

    entries = encoder.encode(voice(2_100 if any_encoding.encoding == "aac" else 1_200, 24_000))

    encoder.close()
    assert len(entries) > HEADERS.get(any_encoding.encoding, 0)


def test_only_what_costs_little_stays_on_the_event_loop(any_encoding):
    assert open_encoder(any_encoding, any_encoding.sample_rate).threaded is (any_encoding.encoding not in WIDTHS)
    assert open_encoder(any_encoding, 22_050).threaded


@pytest.mark.parametrize("encoding", [name for name, known in ENCODINGS.items() if known.bit_rates])
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_every_bit_rate_that_we_offer_works_at_every_sample_rate(encoding, end, voice, listen):
    for sample_rate in ENCODINGS[encoding].sample_rates:
        output = AudioFormat(encoding, sample_rate, getattr(ENCODINGS[encoding].bit_rates, end)).resolved()

        heard = listen(output, encoded(output, sample_rate, [voice(4_000, sample_rate)]))

        assert heard.has_length(heard.length(4_000, sample_rate))


@pytest.mark.slow
def test_thousands_of_encoders_leave_no_memory_behind(any_encoding, voice):
    pcm = voice(1_001, 22_050)
    use_encoders(200, any_encoding, pcm)
    before = psutil.Process().memory_info().rss

    use_encoders(1_000, any_encoding, pcm)

    assert psutil.Process().memory_info().rss - before < 4 << 20


def use_encoders(count, output, pcm):
    for number in range(count):
        encoder = open_encoder(output, 22_050)
        encoder.encode(pcm)
        if number % 2:
            encoder.finish()
        encoder.close()
