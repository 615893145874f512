"""The estimate against espeak-ng, which says how many phonemes a text really has."""

import ctypes

import espeakng_loader
import pytest

from gateway.core.segmenter import Segmenter, weigh
from gateway.core.segmenter.weights import PHONEMES

KOKORO = 510
IPA = 2
UTF_8 = 1


@pytest.fixture(scope="module")
def espeak():
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize(IPA, 0, espeakng_loader.get_data_path().encode(), 0)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    return library


@pytest.fixture
def count(espeak):
    def count(text, voice="en-us"):
        assert espeak.espeak_SetVoiceByName(voice.encode()) == 0
        buffer = ctypes.create_string_buffer(text.encode())
        place = ctypes.c_void_p(ctypes.addressof(buffer))
        phonemes = ""
        while place.value:
            phonemes += espeak.espeak_TextToPhonemes(ctypes.byref(place), UTF_8, IPA).decode()
        return len(phonemes)

    return count


@pytest.mark.parametrize(
    "unit",
    [
        "$1,344.99 ",
        "1,234,567 ",
        "192.168.0.1 ",
        "7",
        "12-34-56 ",
        "https://www.example.com/a/b?id=12&x=y#top ",
        "a/b@c.de ",
        "XKCD FBI NASA ",
        "E=mc^2+3% ",
        "so many words that never come to an end ",
        "strengths ",
    ],
)
def test_no_piece_is_more_than_kokoro_can_speak(count, unit):
    segmenter = Segmenter()
    pieces = segmenter.append(unit * 300) + segmenter.flush()

    assert max(count(piece.text) for piece in pieces) <= KOKORO


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Well, as far as I can see, this is spoken while it is still being written.", "en-us"),
        ("Gern helfe ich Ihnen, wenn Sie mir Ihre Bestellnummer nennen.", "de"),
        ("Конечно, я помогу, если вы назовёте номер заказа.", "ru"),
        ("ज़रूर, मैं आपकी मदद करूँगा।", "hi"),
        ("当然，我可以帮您查一下订单。", "cmn"),
        ("It costs $1,344.99 and weighs 12.5 kg.", "en-us"),
        ("Go to https://docs.example.com/start/page?id=2 now.", "en-us"),
    ],
)
def test_a_text_is_about_as_long_as_estimated(count, text, voice):
    assert 0.7 < PHONEMES * weigh(text) / count(text, voice) < 1.5


def test_a_long_number_is_cut_before_a_long_word():
    digits, letters = Segmenter(), Segmenter()

    assert len(digits.append("7" * 1000)[0].text) < 60 < len(letters.append("x" * 1000)[0].text)
