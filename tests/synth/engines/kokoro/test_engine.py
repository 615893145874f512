"""The engine as a whole, on a small pretend network: what the contract suite does not ask of all engines."""

import threading
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from synth.config import KokoroOptions, WorkerConfig
from synth.engines import CannotOpen, EngineError, Interest, Phonemes, Unspeakable, Utterance
from synth.engines.kokoro.joins import PAUSES
from synth.engines.kokoro.lines import LONGEST
from synth.engines.table import open_engine

pytestmark = pytest.mark.slow


def open_kokoro(checkpoint, **options):
    options = {"weights": str(checkpoint / "model.pth"), "device": "cpu", **options}
    return open_engine(WorkerConfig(listen="unix:/unused", engine="kokoro", kokoro=KokoroOptions(**options)))


@pytest.fixture(scope="module")
def engine(small_checkpoint):
    engine = open_kokoro(small_checkpoint, max_batch=8, speaking_threads=1)
    yield engine
    engine.close()


def say(engine, text, voice="af_heart", **fields):
    return listen(engine, text, lambda: True, voice, **fields)


def listen(engine, text, at_breath, voice="af_heart", **fields):
    chunks = []
    engine.synthesize(
        [engine.prepare(Utterance(text, voice, **fields))],
        lambda chunk: at_breath() if chunk.breath else chunks.append(chunk) or True,
    )
    return chunks


def samples(chunks):
    return np.frombuffer(b"".join(chunk.pcm for chunk in chunks), "<i2").astype(int)


def symbols(engine, text, **fields):
    vocabulary = {number: symbol for symbol, number in engine._vocabulary.items()}
    plan = engine.prepare(Utterance(text, "af_heart", **fields)).plan
    return ["".join(vocabulary[token] for token in row.tokens[1:-1]) for row in plan.rows]


def test_the_voices_are_those_that_are_there_with_language_and_gender(engine):
    found = {voice.name: (voice.language, voice.gender) for voice in engine.voices()}

    assert found == {
        "af_heart": ("en-us", "female"),
        "af_bella": ("en-us", "female"),
        "am_adam": ("en-us", "male"),
        "bf_emma": ("en-gb", "female"),
    }


@pytest.mark.parametrize(
    ("voice", "language", "speaks"),
    [
        ("af_heart", "", True),
        ("af_heart", "fr-CA", True),
        ("af_heart", "zh", True),
        ("af_heart", "de", False),
        ("af_bella(2)+am_adam(1)", "", True),
        ("af_bella+af_sky", "", False),
        ("af_bella(0)", "", False),
        ("/etc/passwd", "", False),
        ("../voices/af_heart", "", False),
        ("", "", False),
    ],
)
def test_a_voice_speaks_what_can_be_read_and_a_mix_needs_all_its_parts(engine, voice, language, speaks):
    assert engine.speaks(voice, language) is speaks
    if not speaks:
        with pytest.raises(Unspeakable):
            engine.prepare(Utterance("Hello.", voice, language))


def test_the_accent_is_the_voices_unless_another_is_asked_for(engine):
    def said(voice, language=""):
        return engine.prepare(Utterance("tomato", voice, language)).plan.rows[0].tokens

    assert said("bf_emma") != said("af_heart") == said("bf_emma", "en-US")
    assert said("bf_emma") == said("bf_emma", "en") == said("af_heart", "en-GB")


def test_a_mix_sounds_like_neither_of_its_voices(engine):
    one, other, mixed, heavy = (
        samples(say(engine, "Hello there.", voice))
        for voice in ("af_bella", "am_adam", "af_bella+am_adam", "af_bella(999)+am_adam(0.1)")
    )

    assert all(len(mixed) != len(each) or (mixed != each).any() for each in (one, other))
    assert len(heavy) == len(one)


def test_the_style_is_that_of_the_lines_length(engine, small_checkpoint):
    (row,) = engine.prepare(Utterance("Hello there.", "af_heart")).plan.rows
    voice = torch.load(small_checkpoint / "voices/af_heart.pt", weights_only=True)

    assert torch.equal(row.style, voice[len(row.tokens) - 3].reshape(-1))


def test_a_text_above_the_models_length_is_cut_at_a_sentence_and_nothing_is_lost(engine):
    sentence = "The quick brown fox jumps over the lazy dog. "
    (whole,) = symbols(engine, sentence.strip())
    lines = symbols(engine, sentence * 30)

    assert len(lines) > 1
    assert all(len(line) <= LONGEST and line.endswith(".") for line in lines)
    assert " ".join(lines) == " ".join([whole] * 30)


def test_slow_lines_are_shorter_so_that_the_network_can_hold_them(engine):
    lines = symbols(engine, "word " * 150, speed=0.25)

    assert max(map(len, lines)) <= LONGEST / 2
    assert len(samples(say(engine, "word " * 60, speed=0.25)))


def test_lines_are_spoken_one_after_the_other_and_words_go_on_through_all(engine):
    text = "One two three four five six. " * 25
    chunks = say(engine, text)
    words = [word for chunk in chunks for word in chunk.words]

    assert [text[word.text_start : word.text_end] for word in words] == text.split()
    assert all(one.end <= other.start + 1e-9 for one, other in pairwise(words))
    assert len(engine.prepare(Utterance(text, "af_heart")).plan.lines) > 1


def test_audio_comes_in_pieces_of_a_second(engine):
    sizes = [len(chunk.pcm) // 2 for chunk in say(engine, "One two three four five six seven eight nine.")]

    assert len(sizes) > 2
    assert set(sizes[:-1]) == {engine.sample_rate}


def test_who_leaves_after_a_line_has_no_more_lines_computed(engine):
    spoken = []

    class Counting:
        rescued = 0

        def __init__(self, model):
            self._model = model

        def say(self, rows, executor):
            spoken.append(len(rows))
            return self._model.say(rows, executor)

    text = "One two three four five six. " * 25
    batch = [engine.prepare(Utterance(each, "af_heart")) for each in (text, "Hi.", text)]
    resident = engine._model
    resident._loaded, model = Counting(resident._loaded), resident._loaded
    try:
        engine.synthesize(batch, lambda chunk: chunk.utterance == 2)
    finally:
        resident._loaded = model

    assert spoken == [3, *[1] * (len(batch[2].plan.lines) - 1)]


def test_an_utterance_that_overflows_takes_no_other_along(engine):
    class Overflowing:
        rescued = 0

        def __init__(self, model):
            self._model = model

        def say(self, rows, executor):
            return ((index, spoken if index else None) for index, spoken in self._model.say(rows, executor))

    chunks = []
    resident = engine._model
    resident._loaded, model = Overflowing(resident._loaded), resident._loaded
    try:
        with pytest.raises(EngineError, match="overflow") as caught:
            engine.synthesize(
                [engine.prepare(Utterance(text, "af_heart")) for text in ("One.", "Two.")],
                lambda chunk: chunk.breath or chunks.append(chunk) or True,
            )
    finally:
        resident._loaded = model

    assert caught.value.spoiled == {0}
    assert {chunk.utterance for chunk in chunks} == {1}


def test_what_has_been_said_when_the_device_is_full_stays_said(engine):
    class Filling:
        rescued = 0

        def __init__(self, model):
            self._model = model

        def say(self, rows, executor):
            yield 1, dict(self._model.say(rows, executor))[1]
            raise torch.OutOfMemoryError("CUDA out of memory.")

    resident, heard = engine._model, set()
    batch = [engine.prepare(Utterance(text, "af_heart")) for text in ("The long one.", "Yes.")]
    resident._loaded, model = Filling(resident._loaded), resident._loaded
    try:
        with pytest.raises(EngineError, match="memory is full") as caught:
            engine.synthesize(batch, lambda chunk: chunk.breath or heard.add(chunk.utterance) or True)
    finally:
        resident._loaded = model

    assert caught.value.spoiled == {0}
    assert heard == {1}


def test_a_batch_that_is_too_large_for_the_device_fails_alone(engine):
    class Full:
        rescued = 0

        def say(self, _rows, _executor):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nMore.")

    resident = engine._model
    resident._loaded, model = Full(), resident._loaded
    try:
        with pytest.raises(EngineError, match=r"memory is full: CUDA out of memory\. Tried to allocate 2\.00 GiB\.$"):
            say(engine, "Hello.")
    finally:
        resident._loaded = model

    assert say(engine, "Hello.")


@pytest.mark.parametrize("closing", [".", ",", ";", "?"])
def test_the_pause_behind_a_text_follows_its_punctuation(engine, closing):
    pcm = samples(say(engine, f"Hello there{closing}"))
    tail = len(pcm) - 1 - np.flatnonzero(pcm)[-1]

    assert tail / engine.sample_rate == pytest.approx(PAUSES[closing], abs=0.04)


def test_a_clause_that_was_cut_is_followed_by_no_dip(engine):
    """The pretend network makes no silence of its own, so that all silence would be ours."""
    first, second = (samples(say(engine, text)) for text in ("I went to the house and", "then I came back again"))
    around = np.concatenate([first[-2400:], second[:2400]])
    loudness = np.sqrt((around.reshape(-1, 240) ** 2).mean(axis=1))  # 10 ms each

    assert loudness.min() > 0.25 * np.median(loudness)


def test_joins_make_no_click(engine):
    pieces = [samples(say(engine, text)) for text in ("I went to the house and", "then, I came,", "back. Home.")]
    inside = max(np.abs(np.diff(piece)).max() for piece in pieces)
    joins = np.concatenate([[0], *pieces, [0]])
    edges = np.cumsum([len(piece) for piece in pieces])

    assert max(abs(joins[edge + 1] - joins[edge]) for edge in (0, *edges)) < inside / 4


def test_what_cannot_be_said_is_counted_and_makes_no_sound(engine):
    prepared = engine.prepare(Utterance("東京 слово", "af_heart"))

    assert (prepared.unread, prepared.plan.rows, prepared.audio) == (7, [], 0)
    assert len(samples(say(engine, "東京"))) == 0


def test_phonemes_of_the_client_are_heard_and_strange_ones_counted(engine):
    told = (Phonemes(0, 6, "təˈmɑːtoʊ"),)

    assert symbols(engine, "tomato", phonemes=told) == ["təˈmɑtO"]
    odd = engine.prepare(Utterance("tomato", "af_heart", phonemes=(Phonemes(0, 6, "əʘǃə"),)))
    assert odd.unread == 2


def test_idle_memory_is_given_back_and_the_next_job_brings_it_up_again(small_checkpoint):
    engine = open_kokoro(small_checkpoint, unload_after=0.05)
    gone = threading.Event()
    engine._model._tidy = gone.set
    before = samples(say(engine, "Hello there."))
    assert gone.wait(10)
    assert not engine.loaded

    assert np.array_equal(samples(say(engine, "Hello there.")), before)
    engine.close()


def test_the_network_has_spoken_before_the_engine_is_there(small_checkpoint):
    class Operators(TorchDispatchMode):
        made = frozenset()

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            self.made |= {func.__name__.split(".")[0]}
            return func(*args, **(kwargs or {}))

    with Operators() as before:
        open_kokoro(small_checkpoint).close()

    assert "_fft_c2r" in before.made  # the inverse STFT, the last thing that it does


def test_a_device_that_is_not_there_is_told_at_once(small_checkpoint):
    with pytest.raises(CannotOpen, match="cannot use the device 'cuda:7'"):
        open_kokoro(small_checkpoint, device="cuda:7")


@pytest.mark.parametrize("name", ["model.pth", "config.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"vocab": []}', b"not what it should be"])
def test_broken_files_are_told_at_once(small_checkpoint, tmp_path, name, content):
    for file in ("model.pth", "config.json"):
        (tmp_path / file).write_bytes((small_checkpoint / file).read_bytes())
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CannotOpen):
        open_kokoro(tmp_path, voices=str(small_checkpoint / "voices"))


def test_a_broken_voice_fails_its_own_utterances_only(small_checkpoint, tmp_path):
    (tmp_path / "af_odd.pt").write_bytes(b"odd")
    engine = open_kokoro(small_checkpoint, voices=f"{small_checkpoint / 'voices'}:{tmp_path}")

    with pytest.raises(EngineError, match=r"af_odd\.pt"):
        engine.prepare(Utterance("Hello.", "af_odd"))
    assert len(samples(say(engine, "Hello.")))
    engine.close()


LONG, SHORT = "This one is long, and it can wait for a while.", "Yes."


def test_another_can_be_spoken_at_any_breath_and_neither_hears_of_it(engine):
    alone, other = samples(say(engine, LONG)), samples(say(engine, SHORT))
    breaths, between = [], []

    def breathe():
        breaths.append(None)
        if len(breaths) % 10 == 1:
            between.append(samples(say(engine, SHORT)))
        return True

    assert np.array_equal(samples(listen(engine, LONG, breathe)), alone)
    assert len(breaths) > 40
    assert len(between) > 4
    assert all(np.array_equal(found, other) for found in between)


def test_cores_that_help_and_stand_aside_change_nothing_in_the_audio(engine, small_checkpoint):
    """Two at once, of which one is urgent: the other begins, stands aside, and goes on."""
    alone = {text: samples(say(engine, text)) for text in (LONG, SHORT)}
    helped = open_kokoro(small_checkpoint, speaking_threads=2)
    said, told, stood = {}, [], threading.Event()

    def wait_and_speak():
        assert stood.wait(30)
        said[SHORT] = samples(listen(helped, SHORT, lambda: Interest.URGENT))

    def at_breath():
        stood.set()
        return Interest.PATIENT

    def emit(chunk):
        told.append(chunk.aside)
        return at_breath() if chunk.breath else said.setdefault(LONG, []).append(chunk) or True

    urgent = threading.Thread(target=wait_and_speak)
    urgent.start()
    helped.synthesize([helped.prepare(Utterance(LONG, "af_heart"))], emit)
    urgent.join()

    assert np.array_equal(samples(said[LONG]), alone[LONG])
    assert np.array_equal(said[SHORT], alone[SHORT])
    assert min(told) < 0 < max(told)  # it was helped, and it stood aside
    helped.close()


def test_no_thread_outlives_the_engine(small_checkpoint):
    def helpers():
        return sum(thread.name.startswith("helper-") for thread in threading.enumerate())

    before = helpers()
    engine = open_kokoro(small_checkpoint, speaking_threads=2)
    assert say(engine, SHORT)
    assert helpers() == before + 2

    engine.close()
    assert helpers() == before


def test_it_stops_at_a_breath_when_nobody_listens_any_more(engine):
    breaths = []

    assert listen(engine, LONG, lambda: breaths.append(None) or len(breaths) < 5) == []
    assert len(breaths) == 5
    assert len(samples(say(engine, SHORT))) > 0


def test_it_goes_on_at_a_breath_for_whoever_of_the_batch_still_listens(engine):
    heard = [[], []]

    def emit(chunk):
        if not chunk.breath:
            heard[chunk.utterance].append(chunk)
        return chunk.utterance == 1

    engine.synthesize([engine.prepare(Utterance(text, "af_heart")) for text in (SHORT, LONG)], emit)

    assert np.array_equal(samples(heard[1]), samples(say(engine, LONG)))
    assert heard[0] == []
