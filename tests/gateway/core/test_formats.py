import pytest

from gateway.core.formats import ENCODINGS, AudioFormat
from gateway.errors import UnsupportedFormat


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_has_defaults_of_its_own(encoding):
    output = AudioFormat(encoding).resolved()

    assert output.sample_rate in ENCODINGS[encoding].sample_rates
    assert bool(output.bit_rate) == (ENCODINGS[encoding].bit_rates is not None)
    assert output.content_type.startswith("audio/")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (AudioFormat("vorbis"), "known: ogg_opus"),
        (AudioFormat("opus", 22050), "it has: 8000"),
        (AudioFormat("wav", -1), "no sample rate"),
        (AudioFormat("mp3", 0, 7999), "from 8000"),
        (AudioFormat("pcm_s16le", 0, 64000), "no bit rate"),
    ],
)
def test_what_we_do_not_have_is_refused_with_what_we_have(output, told):
    with pytest.raises(UnsupportedFormat, match=told):
        output.resolved()
