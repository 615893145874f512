"""What a pause promises, over every encoding."""

import pytest

from gateway.audio.encoder import open_encoder

PCM_LIKE = ("pcm_s16le", "wav", "mulaw", "alaw")
# Seconds, at the default rates: a frame and the codec's delay at most. LAME's is 46 ms, and it looks a frame ahead;
# so does AAC, whose frame and delay are 43 ms each.
LONGEST = {"ogg_opus": 0.0265, "opus": 0.0265, "flac": 0.024, "mp3": 0.095, "aac": 0.128}


def test_everything_heard_so_far_can_be_decoded(any_format, input_rate, voice, listen):
    count = input_rate // 2 + 37
    encoder = open_encoder(any_format, input_rate)
    entries = encoder.encode(voice(count, input_rate))

    more, _ = encoder.pause()
    encoder.close()

    heard = listen(any_format, entries + more)
    length = heard.length(count, input_rate)
    assert len(heard.samples) >= length
    assert heard.is_the_voice(0, length)


def test_it_adds_exactly_the_silence_that_it_says_and_keeps_the_order(any_format, input_rate, voice, listen):
    count = input_rate // 2 + 37
    encoder = open_encoder(any_format, input_rate)
    entries = encoder.encode(voice(count, input_rate))
    more, silence = encoder.pause()
    entries += more + encoder.encode(voice(count, input_rate)) + encoder.finish()

    heard = listen(any_format, entries)

    first = heard.length(count, input_rate)
    second = heard.length(2 * count, input_rate) - first
    again = first + round(silence * heard.rate)
    assert silence * heard.rate == pytest.approx(again - first, abs=1e-6)
    assert heard.has_length(again + second)
    assert heard.is_the_voice(0, first)
    assert heard.is_the_voice(again, second)


def test_it_costs_pcm_nothing_and_a_codec_its_delay_and_a_frame_at_most(any_encoding, voice):
    for samples in range(12_000, 12_600, 37):
        encoder = open_encoder(any_encoding, 24_000)
        encoder.encode(voice(samples, 24_000))

        _, silence = encoder.pause()

        encoder.close()
        assert 0.0 <= silence <= LONGEST.get(any_encoding.encoding, 0.0)


def test_a_second_one_with_nothing_heard_between_adds_nothing(any_encoding, input_rate, voice):
    encoder = open_encoder(any_encoding, input_rate)
    encoder.encode(voice(1_001, input_rate))
    encoder.pause()

    assert encoder.pause() == ([], 0.0)
    encoder.close()


def test_a_stream_may_end_in_it(any_encoding, input_rate, voice, listen):
    encoder = open_encoder(any_encoding, input_rate)
    entries = encoder.encode(voice(12_037, input_rate))
    more, silence = encoder.pause()

    heard = listen(any_encoding, entries + more + encoder.finish())

    length = heard.length(12_037, input_rate) + round(silence * heard.rate)
    assert heard.has_length(length, pauses=1)


def test_each_of_many_lets_all_be_decoded_and_keeps_the_length_exact(any_encoding, input_rate, voice, listen):
    encoder = open_encoder(any_encoding, input_rate)
    entries, added = [], 0.0
    for turn in range(1, 8):
        entries += encoder.encode(voice(1_003, input_rate))
        more, silence = encoder.pause()
        entries += more
        heard = listen(any_encoding, entries)
        assert len(heard.samples) >= heard.length(turn * 1_003, input_rate) + round(added * heard.rate)
        added += silence

    heard = listen(any_encoding, entries + encoder.finish())

    length = heard.length(7 * 1_003, input_rate) + round(added * heard.rate)
    assert heard.has_length(length, pauses=1)
