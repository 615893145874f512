"""What every engine keeps, whatever it is made of. A new engine is tested by adding its name."""

import re
import threading
from functools import partial

import pytest

from synth.config import KokoroOptions, ToneOptions, WorkerConfig
from synth.engines import Phonemes, Unspeakable, Utterance
from synth.engines.table import ENGINES, open_engine

asked = partial(Utterance, begins=True)  # an engine may do more for those
TEXT = "Hello there, world."
TEXTS = [
    TEXT,
    "  Two  spaces,\n\ta tab - and «quotes»… ",
    "It costs $3.50 at 20:30, e.g. in the U.S.A.",
    "One. Two! Three? Four; five: six — seven.",
    "a" * 300,
    "word " * 110,
]
NOTHING_TO_SAY = ["", " ", "\n", "...", "—", "()", "\u200b", "😀", "今日", "\x00", "\ud800", "\u0301"]


KOKOROS = {"kokoro": {}, "kokoro, windowed": {"windowed": True}}


@pytest.fixture(
    scope="module", params=["tone", "espeak", *(pytest.param(name, marks=pytest.mark.slow) for name in KOKOROS)]
)
def engine(request, tmp_path_factory):
    name, options = request.param, KokoroOptions()
    if name in KOKOROS:
        options, name = kokoro_options(tmp_path_factory, **KOKOROS[name]), "kokoro"
    engine = open_engine(
        WorkerConfig(listen="unix:/unused", engine=name, kokoro=options, tone=ToneOptions(speaking_threads=2))
    )
    yield engine
    engine.close()


def kokoro_options(tmp_path_factory, **more):
    from synth.engines.kokoro.pretend.checkpoint import write_checkpoint

    folder = tmp_path_factory.mktemp("checkpoint")
    write_checkpoint(folder, small=True)
    return KokoroOptions(weights=str(folder / "model.pth"), device="cpu", max_batch=8, speaking_threads=2, **more)


def speak(engine, *batch, limit=None):
    chunks = []

    def emit(chunk):
        if not chunk.breath:
            chunks.append(chunk)
        return len(chunks) != limit

    engine.synthesize([engine.prepare(each) for each in batch], emit)
    return chunks


def say(engine, text=TEXT, **fields):
    return speak(engine, asked(text, engine.voices()[0].name, **fields))


def pcm(chunks, utterance=0):
    return b"".join(chunk.pcm for chunk in chunks if chunk.utterance == utterance)


def seconds(engine, chunks):
    return len(pcm(chunks)) / 2 / engine.sample_rate


def test_every_engine_of_the_table_is_tested_here():
    assert set(ENGINES) == {"tone", "espeak", "kokoro"}


def test_voices_have_names_of_their_own_and_can_be_spoken(engine):
    names = [voice.name for voice in engine.voices()]

    assert len(set(names)) == len(names) >= (3 if engine.name in ENGINES else 1)
    assert all(engine.speaks(voice.name, voice.language) and engine.speaks(voice.name, "") for voice in engine.voices())
    assert {voice.gender for voice in engine.voices()} <= {"female", "male", "neutral", "unknown"}
    assert not engine.speaks("nobody", "")


def test_audio_comes_in_whole_samples_and_is_not_silent(engine):
    chunks = say(engine)

    assert all(len(chunk.pcm) % 2 == 0 for chunk in chunks)
    assert 0.5 < seconds(engine, chunks) < 3.0
    assert any(chunk.pcm.strip(b"\0") for chunk in chunks)


@pytest.mark.parametrize("text", TEXTS)
def test_words_lie_in_the_text_and_in_the_audio_in_order_and_before_what_they_describe(engine, text):
    position, ended, sent = 0, 0.0, 0
    for chunk in say(engine, text):
        for word in chunk.words:
            assert position <= word.text_start < word.text_end <= len(text)
            assert ended - 1e-9 <= word.start < word.end
            assert word.start * engine.sample_rate >= sent - 0.5
            assert text[word.text_start : word.text_end].strip()
            position, ended = word.text_end, word.end
        sent += len(chunk.pcm) // 2

    assert ended <= sent / engine.sample_rate + 1e-9


def test_words_are_those_of_the_text(engine):
    said = [TEXT[word.text_start : word.text_end] for chunk in say(engine) for word in chunk.words]

    assert said == ["Hello", "there,", "world."]


def test_phonemes_are_heard_in_the_place_of_their_text_and_are_one_word(engine):
    text = "Hello New York, world."
    chunks = say(engine, text, phonemes=(Phonemes(6, 14, "ə"),))

    words = [text[word.text_start : word.text_end] for chunk in chunks for word in chunk.words]
    assert words in (["Hello", "New York", "world."], ["Hello", "New York,", "world."])
    assert len(pcm(chunks)) < len(pcm(say(engine, text)))


def test_what_no_voice_can_pronounce_does_no_harm(engine):
    text = "Hello New York, world."
    chunks = say(engine, text, phonemes=(Phonemes(6, 14, "\u0627今]]\x01<[[|'"),))

    assert "world." in [text[word.text_start : word.text_end] for chunk in chunks for word in chunk.words]


@pytest.mark.parametrize("text", NOTHING_TO_SAY)
def test_a_text_with_nothing_to_say_does_no_harm(engine, text):
    try:
        chunks = say(engine, text)
    except Unspeakable as reason:
        assert str(reason)  # noqa: PT017 - either is fine
    else:
        assert all(len(chunk.pcm) % 2 == 0 for chunk in chunks)
        assert all(word.text_end <= len(text) for chunk in chunks for word in chunk.words)
    assert seconds(engine, say(engine)) > 0.5


def test_each_utterance_of_a_batch_is_spoken_in_order(engine):
    voice = engine.voices()[0].name

    chunks = speak(engine, asked("One, two, three.", voice), asked("Two.", voice))

    assert {chunk.utterance for chunk in chunks} == {0, 1}
    starts = [word.start for chunk in chunks if chunk.utterance == 0 for word in chunk.words]
    assert starts == sorted(starts)


def test_an_engine_that_says_it_is_deterministic_makes_the_same_samples_whatever_is_spoken_with_them(engine):
    if not engine.deterministic:
        pytest.skip("it does not say so")
    first, last = engine.voices()[0], engine.voices()[-1]
    alone = say(engine, "One, two, three, four.")

    together = speak(engine, asked(TEXT, last.name, speed=1.3), asked("One, two, three, four.", first.name))

    assert [word for chunk in alone for word in chunk.words] == [
        word for chunk in together if chunk.utterance == 1 for word in chunk.words
    ]
    assert len(pcm(alone)) == len(pcm(together, 1))
    assert loudest(difference(pcm(alone), pcm(together, 1))) <= 1
    assert pcm(say(engine, "One, two, three, four.")) == pcm(alone)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99, 1.0, 1.5])
def test_skipped_samples_are_left_out_and_so_are_the_words_that_begin_in_them(engine, share):
    if not engine.deterministic:
        pytest.skip("it cannot")
    whole = say(engine)
    skip = round(len(pcm(whole)) // 2 * share)

    rest = say(engine, skip=skip)

    assert pcm(rest) == pcm(whole)[2 * skip :]
    assert [word for chunk in rest for word in chunk.words] == [
        word for chunk in whole for word in chunk.words if word.start * engine.sample_rate >= skip - 0.5
    ]


def test_faster_is_no_longer_and_slower_no_shorter(engine):
    fast, plain, slow = (seconds(engine, say(engine, speed=speed)) for speed in (2.0, 1.0, 0.5))

    assert fast <= plain <= slow
    if plain != fast:  # the tone keeps its own pace
        assert 0.3 * plain < fast < 0.7 * plain
        assert 1.5 * plain < slow < 2.7 * plain


@pytest.mark.parametrize("speed", [0.25, 4.0])
def test_the_limits_of_speed_are_spoken_too(engine, speed):
    assert pcm(say(engine, "word " * 40, speed=speed)).strip(b"\0")


def test_nothing_more_is_said_of_an_utterance_that_was_abandoned(engine):
    chunks = speak(engine, asked("One, two, three, four, five.", engine.voices()[0].name), limit=1)

    assert len(chunks) == 1


def test_who_is_abandoned_costs_the_others_nothing(engine):
    voice = engine.voices()[0].name
    chunks = []
    batch = [engine.prepare(asked(text, voice)) for text in ("One, two, three. " * 35, TEXT)]
    engine.synthesize(batch, lambda chunk: chunks.append(chunk) or chunk.utterance == 1)

    assert len([chunk for chunk in chunks if chunk.utterance == 0]) == 1
    assert abs(len(pcm(chunks, 1)) / 2 / engine.sample_rate - seconds(engine, say(engine))) < 0.1


def test_the_estimate_of_the_audio_is_of_the_right_order(engine):
    text = "The quick brown fox jumps over the lazy dog, and then it sleeps."
    made = seconds(engine, say(engine, text))

    assert made / 2 < engine.prepare(asked(text, engine.voices()[0].name)).audio < made * 2


def test_what_it_costs_is_a_time_that_grows_with_the_audio(engine):
    assert 0 <= engine.cost.of(0.0) <= engine.cost.of(1.0) <= engine.cost.of(60.0)


def test_texts_are_read_by_as_many_threads_as_it_says_and_each_as_alone(engine):
    texts = [f"Number {number} has Zorgblatts, café and {number * 17}." for number in range(60)]
    utterances = [asked(text, engine.voices()[0].name) for text in texts]
    alone = [engine.prepare(utterance).audio for utterance in utterances]
    together = {}

    def read(start):
        for index in range(start, len(texts), 4):
            together[index] = engine.prepare(utterances[index]).audio

    threads = [threading.Thread(target=read, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [together[index] for index in range(len(texts))] == alone


def test_it_speaks_on_as_many_threads_as_it_says_and_each_as_alone(engine):
    if engine.speaking_threads == 1:
        pytest.skip("it speaks one batch at a time")
    texts = [f"Number {number} goes on for {'so ' * number}long." for number in range(8)]
    alone = [pcm(say(engine, text)) for text in texts]
    together = {}

    def work(start):
        for index in range(start, len(texts), 2):
            together[index] = pcm(say(engine, texts[index]))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [together[index] for index in range(len(texts))] == alone


def test_voices_are_named_so_that_they_can_be_told_on_any_wire(engine):
    assert all(re.fullmatch(r"[\w.+()-]{1,80}", voice.name) for voice in engine.voices())


def difference(one, other):
    import numpy as np

    return np.frombuffer(one, "<i2").astype(int) - np.frombuffer(other, "<i2").astype(int)


def loudest(samples):
    return abs(samples).max(initial=0)
