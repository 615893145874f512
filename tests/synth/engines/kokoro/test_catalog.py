from collections import Counter

from synth.engines import Voice
from synth.engines.kokoro.catalog import PUBLISHED, describe, in_order


def test_all_published_voices_are_known_with_language_and_gender():
    voices = [describe(name) for name in PUBLISHED]

    assert len(voices) == 54
    assert Counter(voice.language for voice in voices) == {
        "en-us": 20, "en-gb": 8, "es": 3, "fr-fr": 1, "hi": 4, "it": 2, "ja": 5, "pt-br": 3, "zh": 8,
    }  # fmt: skip
    assert Counter(voice.gender for voice in voices) == {"female": 29, "male": 25}


def test_a_name_says_what_a_voice_is():
    assert describe("bf_emma") == Voice("bf_emma", "en-gb", "female", "Emma")
    assert describe("if_our_own") == Voice("if_our_own", "it", "female", "Our Own")
    assert describe("speaker-7") == Voice("speaker-7", "en-us", "unknown", "Speaker-7")
    assert describe("xx_nobody") == Voice("xx_nobody", "en-us", "unknown", "Xx Nobody")


def test_the_best_voice_of_each_language_comes_first_and_strangers_last():
    names = frozenset({"speaker-7", "af_sky", "bf_emma", "af_heart", "Anna", "jf_alpha"})

    assert in_order(names) == ["af_heart", "af_sky", "bf_emma", "jf_alpha", "Anna", "speaker-7"]
