import pytest

from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import UnknownVoice, WorkerUnavailable


def voice(name, language, gender="female", engine="fake"):
    return Voice(name, engine, language, gender, name, 24000, deterministic=True)


VOICES = [
    voice("hans", "de", "male"),
    voice("ann", "en-US"),
    voice("bob", "en-GB", "male"),
    voice("zoe", "zh", engine="other"),
]


@pytest.mark.parametrize(
    ("name", "language", "found"),
    [
        ("bob", "", "bob"),
        ("bob", "de", "bob"),
        ("", "de", "hans"),
        ("", "en-gb", "bob"),
        ("", "en", "ann"),
        ("", "en-AU", "ann"),
        ("", "de-AT", "hans"),
        ("", "", "ann"),
    ],
)
def test_a_name_or_a_language_leads_to_a_voice(name, language, found):
    assert VoiceCatalog(VOICES).resolve(name, language).name == found


def test_a_client_that_names_nothing_gets_the_operators_choice():
    assert VoiceCatalog(VOICES, default="zoe").resolve("", "").name == "zoe"


@pytest.mark.parametrize(("name", "language"), [("nobody", ""), ("", "xx")])
def test_what_nobody_speaks_is_an_error(name, language):
    with pytest.raises(UnknownVoice):
        VoiceCatalog(VOICES).resolve(name, language)


def test_a_variant_of_a_listed_voice_is_that_voice_with_another_name():
    found = VoiceCatalog(VOICES).resolve("hans+f3", "")

    assert (found.name, found.language, found.engine) == ("hans+f3", "de", "fake")


def test_a_mix_of_eight_with_their_weights_is_no_name_too_long():
    catalog = VoiceCatalog([voice("af_heart", "en-US")])
    mix = "+".join(f"{name}(12.25)" for name in ["af_heart", *["bf_isabella"] * 7])

    assert catalog.resolve(mix, "").name == mix
    with pytest.raises(UnknownVoice):
        catalog.resolve(mix * 2, "")


def test_without_workers_there_are_no_voices():
    with pytest.raises(WorkerUnavailable):
        VoiceCatalog([]).resolve("ann", "")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["hans", "ann", "bob", "zoe"]),
        ({"language": "en"}, ["ann", "bob"]),
        ({"language": "EN-us"}, ["ann"]),
        ({"gender": "male"}, ["hans", "bob"]),
        ({"engine": "other"}, ["zoe"]),
        ({"language": "en", "gender": "male"}, ["bob"]),
    ],
)
def test_filters_select_voices(filters, names):
    assert [found.name for found in VoiceCatalog(VOICES).select(**filters)] == names


def test_a_catalog_knows_how_fast_engines_are_taken_to_be():
    catalog = VoiceCatalog(VOICES, work={"fake": 0.3})

    assert (catalog.work("fake"), catalog.work("other")) == (0.3, 0.0)


SPOKEN = [
    voice("en-us", "en-us", "male"),
    voice("en-us+Annie", "en-us"),
    voice("de", "de", "male"),
    voice("de+f3", "de"),
]


@pytest.mark.parametrize(
    ("name", "language", "found"),
    [
        ("alloy", "", "en-us+Annie"),
        ("alloy", "en", "en-us+Annie"),
        ("alloy", "de", "de+f3"),
        ("onyx", "de-AT", "de"),
        ("hpp4J3VqNfWAUOO0d1Us", "", "en-us+Annie"),
        ("aura-2-andromeda-en", "", "en-us+Annie"),
        ("aura-2-orion-en", "", "en-us"),
        ("flux-alexis-en", "", "en-us+Annie"),
        ("aura-2-julius-de", "", "de+f3"),
        ("aura-2-someone-xx", "", "en-us"),
        ("None", "", "en-us"),
        ("None", "de", "de"),
        ("en-US-Chirp3-HD-Kore", "en-US", "en-us+Annie"),
        ("en-GB-Chirp3-HD-Puck", "en-GB", "en-us"),
        ("de-DE-Neural2-F", "de-DE", "de"),
        ("de-DE-Neural2-F", "", "de"),
        ("Aoede", "", "en-us+Annie"),
        ("Aoede", "de", "de+f3"),
        ("Magpie-Multilingual.EN-US.Sofia", "", "en-us+Annie"),
        ("Magpie-Multilingual.DE-DE.Aria.Happy", "", "de+f3"),
        ("Magpie-Multilingual.EN-US.Leo", "en-US", "en-us"),
        ("Magpie-ZeroShot.Female-1", "", "en-us+Annie"),
        ("English-US.Female-1", "en-US", "en-us+Annie"),
        ("German-DE-RadTTS.Male-1", "", "de"),
        ("de_DE-thorsten-medium", "", "de"),
        ("en_US-lessac-medium", "", "en-us"),
        ("expresso/ex03-ex01_happy_001_channel1_334s.wav", "", "en-us"),
        ("cml-tts/de/10177_10625_000134.wav", "", "de"),
    ],
)
def test_a_vendors_name_finds_the_nearest_of_our_voices(name, language, found):
    assert VoiceCatalog(SPOKEN).resolve(name, language).name == found


def test_what_no_user_has_chosen_is_the_operators_choice():
    catalog = VoiceCatalog(SPOKEN, default="de")

    assert catalog.resolve("hpp4J3VqNfWAUOO0d1Us", "").name == "de"
    assert catalog.resolve("alloy", "").name == "en-us+Annie"
    assert catalog.resolve("expresso/ex03-ex01_happy_001_channel1_334s.wav", "").name == "de"
    assert catalog.resolve("en_US-lessac-medium", "").name == "en-us"


def test_the_operators_names_count_first():
    catalog = VoiceCatalog(SPOKEN, aliases={"alloy": "de", "boss": "de+f3", "plain": "default"})

    assert catalog.resolve("alloy", "").name == "de"
    assert catalog.resolve("boss", "").name == "de+f3"
    assert catalog.resolve("plain", "").name == "en-us"
    with pytest.raises(UnknownVoice, match="nobody"):
        catalog.resolve("nobody", "")


def test_an_operator_may_take_every_name():
    catalog = VoiceCatalog(SPOKEN, aliases={"*": "alloy"})

    assert catalog.resolve("nobody", "").name == "en-us+Annie"
    assert catalog.resolve("nobody", "de").name == "de+f3"
    with pytest.raises(UnknownVoice, match="nobody"):
        VoiceCatalog(SPOKEN, aliases={"*": "neither"}).resolve("nobody", "")


def test_each_voice_has_a_public_name_and_is_found_by_it():
    shown = [
        Voice("af_heart", "kokoro", "en-us", "female", "Heart", 24000, deterministic=True),
        Voice("de", "espeak", "de", "male", "German", 24000, deterministic=True),
        Voice("nb", "espeak", "nb", "male", "Norwegian Bokmål", 24000, deterministic=True),
        Voice("cmn", "espeak", "cmn-latn-pinyin", "male", "官話", 24000, deterministic=True),
        Voice("x", "espeak", "de", "male", "German", 24000, deterministic=True),
    ]
    catalog = VoiceCatalog(shown)

    assert [catalog.public_name(voice) for voice in shown] == [
        "kokoro:en-US-Kokoro-Heart",
        "espeak:de-Espeak-German",
        "espeak:nb-Espeak-NorwegianBokmal",
        "espeak:cmn-Latn-Pinyin-Espeak-Cmn",
        "espeak:de-Espeak-German2",
    ]
    assert [catalog.resolve(catalog.public_name(voice), "") for voice in shown] == shown
    assert catalog.public_name(catalog.resolve("de+f3", "")) == "espeak:de-Espeak-German"
