"""What every engine keeps, whatever it is made of. A new engine is tested by adding its name."""

import pytest

from synth.config import WorkerConfig
from synth.engines import ENGINES, Phonemes, Utterance, open_engine

TEXT = "Hello there, world."


@pytest.fixture(scope="module", params=["tone", "espeak"])
def engine(request):
    engine = open_engine(WorkerConfig(listen="unix:/unused", engine=request.param))
    yield engine
    engine.close()


def speak(engine, *batch, limit=None):
    chunks = []
    engine.synthesize(
        [engine.prepare(each) for each in batch], lambda chunk: chunks.append(chunk) or len(chunks) != limit
    )
    return chunks


def test_every_engine_of_the_table_is_tested_here_or_needs_more_than_this_machine_has():
    assert set(ENGINES) - {"kokoro"} == {"tone", "espeak"}


def test_voices_have_names_of_their_own_and_can_be_spoken(engine):
    names = [voice.name for voice in engine.voices()]

    assert len(set(names)) == len(names) >= 3
    assert all(engine.speaks(voice.name, voice.language) and engine.speaks(voice.name, "") for voice in engine.voices())
    assert {voice.gender for voice in engine.voices()} <= {"female", "male", "neutral", "unknown"}
    assert not engine.speaks("nobody", "")


def test_audio_comes_in_whole_samples_and_is_not_silent(engine):
    chunks = speak(engine, Utterance(TEXT, engine.voices()[0].name))

    assert all(len(chunk.pcm) % 2 == 0 for chunk in chunks)
    assert 0.5 < sum(len(chunk.pcm) for chunk in chunks) / 2 / engine.sample_rate < 3.0
    assert any(chunk.pcm.strip(b"\0") for chunk in chunks)


def test_words_lie_in_the_text_and_in_the_audio_in_order_and_before_what_they_describe(engine):
    position, ended, sent = 0, 0.0, 0
    said = []
    for chunk in speak(engine, Utterance(TEXT, engine.voices()[0].name)):
        for word in chunk.words:
            assert position <= word.text_start < word.text_end <= len(TEXT)
            assert ended - 1e-9 <= word.start < word.end
            assert word.start * engine.sample_rate >= sent - 0.5
            position, ended = word.text_end, word.end
            said.append(TEXT[word.text_start : word.text_end])
        sent += len(chunk.pcm) // 2

    assert said == ["Hello", "there,", "world."]
    assert ended <= sent / engine.sample_rate + 1e-9


def test_phonemes_are_heard_in_the_place_of_their_text_and_are_one_word(engine):
    voice, text = engine.voices()[0].name, "Hello New York, world."
    plain = speak(engine, Utterance(text, voice))
    chunks = speak(engine, Utterance(text, voice, phonemes=(Phonemes(6, 14, "ə"),)))

    words = [text[word.text_start : word.text_end] for chunk in chunks for word in chunk.words]
    assert words in (["Hello", "New York", "world."], ["Hello", "New York,", "world."])
    assert sum(len(chunk.pcm) for chunk in chunks) < sum(len(chunk.pcm) for chunk in plain)


def test_what_no_voice_can_pronounce_does_no_harm(engine):
    text = "Hello New York, world."
    chunks = speak(engine, Utterance(text, engine.voices()[0].name, phonemes=(Phonemes(6, 14, "\u0627今]]\x01<[[|'"),)))

    assert "world." in [text[word.text_start : word.text_end] for chunk in chunks for word in chunk.words]


def test_each_utterance_of_a_batch_is_spoken(engine):
    voice = engine.voices()[0].name

    chunks = speak(engine, Utterance("One.", voice), Utterance("Two.", voice))

    assert {chunk.utterance for chunk in chunks} == {0, 1}


def test_nothing_more_is_said_of_an_utterance_that_was_abandoned(engine):
    chunks = speak(engine, Utterance("One, two, three, four, five.", engine.voices()[0].name), limit=1)

    assert len(chunks) == 1


def test_what_it_costs_is_a_time_that_grows_with_the_audio(engine):
    assert 0 <= engine.cost.of(0.0) <= engine.cost.of(1.0) <= engine.cost.of(60.0)
