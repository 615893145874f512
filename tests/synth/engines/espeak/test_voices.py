from synth.engines.espeak.library import Entry
from synth.engines.espeak.voices import VoiceTable

VOICES = [
    Entry("Mandarin", "sit/cmn", "male", (("cmn", 5), ("zh-cmn", 5), ("zh", 5))),
    Entry("German", "gmw/de", "male", (("de", 5),)),
    Entry("Caribbean", "gmw/en-029", "male", (("en-029", 5), ("en", 10))),
    Entry("British", "gmw/en", "male", (("en-gb", 2), ("en", 2))),
    Entry("American", "gmw/en-US", "male", (("en-us", 2), ("en", 3))),
    Entry("Belgian", "roa/fr-BE", "male", (("fr-be", 5), ("fr", 8))),
    Entry("French", "roa/fr", "male", (("fr-fr", 5), ("fr", 5))),
    Entry("Norwegian", "gmq/nb", "male", (("nb", 5), ("no", 5))),
    Entry("Cantonese", "sit/yue", "male", (("yue", 5), ("zh", 8))),
    Entry("Jyutping", "sit/yue-Latn-jyutping", "male", (("yue", 5), ("zh", 8))),
]
VARIANTS = [Entry("Annie", "!v/Annie", "female", ()), Entry("klatt", "!v/klatt", "male", ())]
TABLE = VoiceTable(VOICES, VARIANTS)


def test_the_main_accent_of_each_language_comes_first_and_english_before_all():
    names = [voice.name for voice in TABLE.listed]

    assert names == [
        "en-us",
        "en-us+Annie",
        "en-gb",
        "en-gb+Annie",
        "en-029",
        "cmn",
        "de",
        "fr-fr",
        "fr-be",
        "nb",
        "no",
        "yue",
        "yue-latn-jyutping",
        "zh",
    ]


def test_a_variant_has_its_own_gender():
    genders = {voice.name: voice.gender for voice in TABLE.listed}

    assert (genders["en-us"], genders["en-us+Annie"]) == ("male", "female")


def test_any_variant_goes_with_any_language_listed_or_not():
    assert TABLE.find("de+klatt", "") == "gmw/de+klatt"
    assert TABLE.find("en-us+Annie", "") == "gmw/en-US+Annie"


def test_what_does_not_exist_is_not_found():
    assert [TABLE.find(name, "") for name in ("", "xx", "de+", "de+nobody", "+Annie", "DE")] == [None] * 6


def test_a_voice_keeps_its_accent_where_the_language_leaves_it_free():
    assert TABLE.find("en-us", "en") == "gmw/en-US"
    assert TABLE.find("en-us", "en-AU") == "gmw/en-US"
    assert TABLE.find("fr-be", "fr") == "roa/fr-BE"


def test_another_language_is_spoken_with_the_same_variant():
    assert TABLE.find("en-us+Annie", "de-CH") == "gmw/de+Annie"
    assert TABLE.find("en-us", "en-GB") == "gmw/en"
    assert TABLE.find("en-us", "fr") == "roa/fr"
    assert TABLE.find("en-us", "zh-CN") == "sit/cmn"


def test_a_language_that_espeak_does_not_have_is_not_found():
    assert TABLE.find("en-us", "tlh") is None
