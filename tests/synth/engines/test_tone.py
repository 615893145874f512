import time

from hypothesis import given
from hypothesis import strategies as st

from synth.config import ToneOptions
from synth.engines import Phonemes, Utterance
from synth.engines.signature import BLOCK, SAMPLE_RATE, block
from synth.engines.tone import ToneEngine


def speak(*utterances, **options):
    chunks = []
    engine = ToneEngine(ToneOptions(**options))
    engine.synthesize([engine.prepare(each) for each in utterances], lambda chunk: chunks.append(chunk) or True)
    return chunks


def pcm(chunks, utterance=0):
    return b"".join(chunk.pcm for chunk in chunks if chunk.utterance == utterance)


def words(chunks):
    return [(word.text_start, word.text_end, word.start, word.end) for chunk in chunks for word in chunk.words]


@given(st.text(min_size=1, max_size=30))
def test_each_character_but_white_space_is_one_block(text):
    assert pcm(speak(Utterance(text, "tone"))) == b"".join(block(c) for c in text if not c.isspace())


def test_word_times_are_exact():
    assert words(speak(Utterance(" Hi  you! ", "tone"))) == [(1, 3, 0.0, 2 / 15), (5, 9, 2 / 15, 6 / 15)]


def test_phonemes_are_the_blocks_of_their_ipa_and_one_word():
    chunks = speak(Utterance("a New York, b", "tone", phonemes=(Phonemes(2, 10, "n ju"),)))

    assert pcm(chunks) == b"".join(map(block, "anju,b"))
    assert words(chunks) == [(0, 1, 0.0, 1 / 15), (2, 11, 1 / 15, 5 / 15), (12, 13, 5 / 15, 6 / 15)]


def test_a_word_comes_with_the_chunk_in_which_it_begins():
    chunks = speak(Utterance("ab cd", "tone"), chunk=0.05)
    sent = 0
    for chunk in chunks:
        for word in chunk.words:
            assert sent <= word.start * SAMPLE_RATE < sent + len(chunk.pcm) // 2
        sent += len(chunk.pcm) // 2


def test_the_first_chunk_is_one_frame_and_the_rest_as_long_as_asked():
    chunks = speak(Utterance("abcdef", "tone"), chunk=0.1)

    assert [len(chunk.pcm) // 2 for chunk in chunks] == [480, 2400, 2400, 2400, 1920]


def test_it_breathes_while_it_works_and_stops_when_nobody_listens():
    engine, chunks = ToneEngine(ToneOptions(busy=0.02, breath=0.005, whole=True)), []
    batch = [engine.prepare(Utterance("a" * 15, "tone"))]
    engine.synthesize(batch, lambda chunk: chunks.append(chunk) or True)
    assert [chunk.breath for chunk in chunks] == [True, True, True, False]

    engine.synthesize(batch, lambda chunk: bool(chunks.append(chunk)))
    assert [chunk.breath for chunk in chunks[4:]] == [True]


def test_pace_says_when_each_chunk_may_be_heard():
    chunks = speak(Utterance("abcdef", "tone"), chunk=0.1, pace=0.5, first=0.3)

    assert [round(chunk.ready_in, 6) for chunk in chunks] == [0.3, 0.31, 0.36, 0.41, 0.46]
    assert all(chunk.ready_in == 0.0 for chunk in speak(Utterance("abcdef", "tone")))


@given(st.integers(0, 12 * BLOCK))
def test_skipped_samples_are_left_out_exactly(skip):
    text = "Hello there"
    whole = pcm(speak(Utterance(text, "tone")))

    rest = speak(Utterance(text, "tone", skip=skip), pace=1.0)

    assert pcm(rest) == whole[2 * skip :]
    assert rest == [] or rest[0].ready_in == 0.0
    assert all(start * SAMPLE_RATE >= skip - 0.5 for _, _, start, _ in words(rest))


def test_a_batch_speaks_in_step_and_each_in_order():
    chunks = speak(Utterance("ab", "tone"), Utterance("c", "tone-2"), chunk=0.05, max_batch=2)

    assert [chunk.utterance for chunk in chunks] == [0, 1, 0, 1, 0, 0]
    assert pcm(chunks, 0) == block("a") + block("b")
    assert pcm(chunks, 1) == block("c", 6000)


def test_an_abandoned_utterance_stops_and_the_others_go_on():
    chunks = []
    engine = ToneEngine(ToneOptions(chunk=0.05))
    engine.synthesize(
        [engine.prepare(Utterance("aaaa", "tone")), engine.prepare(Utterance("bb", "tone"))],
        lambda chunk: chunks.append(chunk) or chunk.utterance == 1,
    )

    assert len(pcm(chunks, 0)) == 2 * 480
    assert pcm(chunks, 1) == block("b") * 2


def test_a_model_that_does_not_stream_gives_all_at_once():
    chunks = speak(Utterance("abc", "tone"), whole=True, chunk=0.05)

    assert [len(chunk.pcm) for chunk in chunks] == [3 * len(block("a"))]


def test_busy_occupies_the_engine_thread():
    began = time.monotonic()
    speak(Utterance("abc", "tone"), busy=0.5)

    assert time.monotonic() - began >= 0.1
