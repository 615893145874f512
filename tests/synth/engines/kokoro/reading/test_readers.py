"""The real readers, with misaki, spaCy's rules, espeak-ng and the dictionaries of the East."""

import subprocess
import sys
import threading
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth.engines import Phonemes
from synth.engines.kokoro.languages import LANGUAGES, open_reader
from synth.engines.kokoro.pretend.config import VOCABULARY
from synth.engines.kokoro.reading import plain
from synth.engines.kokoro.reading.english import EnglishReader

pytestmark = pytest.mark.slow

SENTENCES = {
    "en-us": "Hello there, this is Zorgblatt's 2nd well-known test.",
    "en-gb": "The tomatoes cost £4, and Zorgblatt went home.",
    "es": "¿Cómo estás? Tengo 25 años y pico…",
    "fr-fr": "C'est un ami à 3,14 % – vraiment ?",
    "hi": "नमस्ते दुनिया, १२३ लोग हैं।",
    "it": "Ciao, l'amico è qui alle 20:30.",
    "pt-br": "Olá, tudo bem com você? São 300 vezes.",
    "ja": "こんにちは、世界！今日は2024年3月5日です。",
    "zh": "你好，世界！今天是2024年3月5日。",
}


@pytest.fixture(scope="module")
def readers():
    return {language: open_reader(language) for language in LANGUAGES}


def phonemes(reading):
    return "".join(sound.phonemes + " " * sound.space for sound in reading.sounds).strip()


def pairs(text, reading):
    return [(text[sound.text_start : sound.text_end], sound.phonemes) for sound in reading.sounds]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_sentence_has_its_phonemes_in_order_and_in_the_models_symbols(readers, language):
    text = SENTENCES[language]
    reading = readers[language].read(text, ())

    position = 0
    for sound in reading.sounds:
        assert not text[position : sound.text_start].strip()
        assert sound.text_start < sound.text_end
        position = sound.text_end
    assert not text[position:].strip()
    assert set(phonemes(reading)) <= VOCABULARY.keys()
    assert reading.unread == 0
    silent = [word for word, said in pairs(text, reading) if not said]
    assert set(silent) <= {"£", "¿"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello, world.", "həlˈO, wˈɜɹld."),
        ("It costs $3.50.", "ˌɪt kˈɔsts θɹˈi dˈɑləɹz ænd fˈɪfti sˈɛnts."),
        ("I have read the record; we record it.", "ˌI hæv ɹˈɛd ðə ɹˈɛkəɹd; wi ɹəkˈɔɹd ɪt."),
        ("Close the door to a close friend.", "klˈOz ðə dˈɔɹ tə ɐ klˈOs fɹˈɛnd."),
        ("The US told us.", "ðə jˌuˈɛs tˈOld ˌʌs."),
        ("the end of the day", "ði ˈɛnd ʌv ðə dˈA"),
        ("well-known", "wˌɛlnˈOn"),
        ("Call 1-800-555-0199.", "kˈɔl wˌʌnˌAt hˌʌndɹədfˈIv fˈɪfti fˈIvwˈʌn nˈIndi nˈIn."),
        ("jack-in-the-box-and-so-on", "ʤˈækənðəbˌɑksændsˌOˌɔn"),
        ("wait - go", "wˈAt — ɡˌO"),
        ("He said “yes” (no).", "hˌi sˈɛd “jˈɛs” (nˈO)."),
        ("Zorgblatt", "zˈɔɹɡblæt"),
    ],
)
def test_english_is_read_in_the_symbols_that_the_model_was_trained_on(readers, text, said):
    assert phonemes(readers["en-us"].read(text, ())) == said


def test_it_reads_as_misaki_does_with_its_tagger(readers):
    """What was published with the model (SAMPLES.md): its own text about itself, without the name."""
    text = (
        "Despite its lightweight architecture, it delivers comparable quality to larger models while being "
        "significantly faster and more cost-efficient."
    )
    assert phonemes(readers["en-us"].read(text, ())) == (
        "dəspˈIt ɪts lˈItwˌAt ˈɑɹkətˌɛkʧəɹ, ɪt dəlˈɪvəɹz kˈɑmpəɹəbᵊl kwˈɑləTi tə lˈɑɹʤəɹ mˈɑdᵊlz wˌIl bˈiɪŋ "
        "səɡnˈɪfəkəntli fˈæstəɹ ænd mˈɔɹ kˈɔstəfˌɪʃənt."
    )


def test_british_is_not_american(readers):
    assert phonemes(readers["en-gb"].read("the tomato", ())) == "ðə təmˈɑːtQ"
    assert phonemes(readers["en-us"].read("the tomato", ())) == "ðə təmˈATO"


def test_what_the_client_told_is_said_as_it_told_and_nothing_else_changes(readers):
    text = "I say tomato, you say (tomato)!"
    spans = (Phonemes(6, 12, "təˈmɑːtoʊ"), Phonemes(23, 29, "təˈmeɪtoʊ"))
    said = pairs(text, readers["en-us"].read(text, spans))

    assert said[2] == ("tomato", "təˈmɑtO")
    assert said[7] == ("tomato", "təˈmAtO")
    assert said[:2] == pairs(text, readers["en-us"].read(text, ()))[:2]


def test_what_is_told_may_end_in_the_word_where_the_next_begins(readers):
    text = "10:30 1,2,3"
    said = pairs(text, readers["en-us"].read(text, (Phonemes(2, 7, "ə"), Phonemes(8, 11, "ɛ"))))

    assert said == [("10", "tˈɛn"), (":30 1", "ə"), (",", ","), ("2,3", "ɛ")]


def test_a_part_of_a_word_and_several_words_can_be_told(readers):
    text = "New York-based tomatoes"
    said = pairs(text, readers["en-us"].read(text, (Phonemes(0, 8, "njuː"), Phonemes(15, 21, "tə"))))

    assert said[0] == ("New York", "nju")
    assert ("tomato", "tə") in said


def test_misakis_own_markup_is_text(readers):
    text = "a [word](/wˈɔːd/) here"

    assert pairs(text, readers["en-us"].read(text, ()))[0][0] == "a"
    assert "wˈɔːd" not in phonemes(readers["en-us"].read(text, ()))


def test_numbers_are_told_as_one_word_each(readers):
    assert ("2024年", "ɚ↘li↗ŋɚ↘ sɨ↘njɛ↗n") in pairs(SENTENCES["zh"], readers["zh"].read(SENTENCES["zh"], ()))
    assert ("2024", "ɲi seɴ ɲiʥɨːjoɴ") in pairs(SENTENCES["ja"], readers["ja"].read(SENTENCES["ja"], ()))
    assert ("१२३", "ˈeːksˈɔː tˈeːis") in pairs(SENTENCES["hi"], readers["hi"].read(SENTENCES["hi"], ()))


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_latin_words_in_eastern_text_are_read_as_english(readers, language):
    text = "我用Hello世界"
    reading = readers[language].read(text, ())

    assert ("Hello", "həlˈO") in pairs(text, reading)


@pytest.mark.parametrize("language", ["en-us", "es", "fr-fr", "it", "pt-br", "hi"])
def test_other_scripts_are_not_said_and_counted(readers, language):
    reading = readers[language].read("ok 東京 слово ok", ())

    assert reading.unread == 7
    assert len([sound for sound in reading.sounds if sound.phonemes]) == 2


STRANGE = [
    "", " ", "a" * 5000, "1" * 5000, "a-" * 2500, "a." * 2500, "don't" * 1000, ".,;" * 1600, "$" * 5000, "A " * 2500,
    "https://example.com/a?b=c&d=e " * 160, "😀" * 1000, "e\u0301" * 2000, "你" * 2000,
    "二〇二四年" * 500, "１２３" * 1000,
    "\u202e\u200b\ufeff" * 500, "-" * 3000, "'" * 3000, '"' * 3000, "[a](/b/)" * 600, "½¼²³" * 500, "MMXXIV " * 700,
    "1-" * 2500, "%" * 5000, "/" * 5000, "x&" * 2500,
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_strange_text_is_read_in_bounded_time_and_told_in_order(readers, language):
    for text in STRANGE:
        began = time.thread_time()
        reading = readers[language].read(text, ())
        assert time.thread_time() - began < 3, text[:10]  # one that takes long keeps all others waiting
        edges = [edge for sound in reading.sounds for edge in (sound.text_start, sound.text_end)]
        assert edges == sorted(edges), text[:10]
        assert not edges or edges[-1] <= len(text)
    assert readers[language].read(SENTENCES[language], ()).unread == 0


PIECES = """
a the US $ £ 3.50 1,000 's n't - — … " “ ” ( ) [ ] / @ # % & + = * _ 2nd 1990s '90s 10am I to used vs. Dr. e.g. AT&T
x² ½ 😀 東京 é ß İ ﬁ Ⅷ ① ٣ १ \u0301 \u200d ing ed -5 -- .. ?! C++ A.B.C. o'clock McDonald COVID-19 00 ª µ ' ’ ‘ ` ´ ʼ ‑
"""
PIECE = st.sampled_from([*PIECES.split(), " ", "\n", "\u00a0"]) | st.characters()


@given(st.lists(PIECE, max_size=14).map("".join), st.data())
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_text_is_told_in_order_whatever_of_it_is_told_how_to_say(readers, text, data):
    language = data.draw(st.sampled_from(LANGUAGES))
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4, unique=True)))
    spans = [Phonemes(first, last, "əbɪ") for first, last in zip(edges[::2], edges[1::2], strict=False)]
    reading = readers[language].read(plain(text), spans)

    told = [edge for sound in reading.sounds for edge in (sound.text_start, sound.text_end)]
    assert told == sorted(told)
    assert not told or told[-1] <= len(text)


def test_what_misaki_trips_over_is_not_said_and_a_mistake_of_ours_is_told():
    def broken(*_):
        raise AttributeError("no such thing")

    theirs, ours = EnglishReader("en-us"), EnglishReader("en-us")
    theirs._g2p.lexicon, ours._g2p.nlp = broken, broken

    assert theirs.read("Hello.", ()).unread == 6
    with pytest.raises(AttributeError):
        ours.read("Hello.", ())


@pytest.mark.parametrize("language", ["en-us", "fr-fr"])
def test_readers_of_their_own_read_at_the_same_time_in_other_threads(readers, language):
    texts = [f"{SENTENCES[language]} Zorgblatt {number}." for number in range(100)]
    alone = [readers[language].read(text, ()) for text in texts]
    own = [open_reader(language) for _ in range(4)]
    together = [None] * 4

    def read(number):
        together[number] = [own[number].read(text, ()) for text in texts]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone] * 4


OFFLINE = """
import socket
def refuse(*_): raise SystemExit("the network was touched")
socket.socket.connect = socket.getaddrinfo = refuse
from synth.engines.kokoro.languages import LANGUAGES, open_reader
for language in LANGUAGES:
    open_reader(language).read("Hello 12 世界 c'est नमस्ते.", ())
print("read", len(LANGUAGES))
"""


def test_nothing_is_downloaded_whatever_is_read():
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)

    assert done.stdout == "read 9\n", done.stderr
