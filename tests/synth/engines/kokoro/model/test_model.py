from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.engines import EngineError
from synth.engines.kokoro.model.arrangement import TOGETHER
from synth.engines.kokoro.model.halves import Eager
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.row import Row


@pytest.fixture
def row():
    style = torch.randn(256, generator=torch.Generator().manual_seed(1)) * 0.15
    return Row((0, *range(40, 60), 0), style)


def test_a_row_becomes_whole_frames_of_samples_one_count_for_each_token(small, row):
    [spoken] = small.speak([row])

    assert len(spoken.frames) == len(row.tokens)
    assert len(spoken.pcm) == 600 * sum(spoken.frames)
    assert spoken.pcm.dtype == np.int16
    assert np.abs(spoken.pcm.astype(int)).max() > 1000


def test_no_rows_are_no_speech(small):
    assert small.speak([]) == []


def test_the_same_row_is_the_same_speech_every_time(small, row):
    first, second = small.speak([row])[0], small.speak([row])[0]

    assert first.frames == second.frames
    assert (first.pcm == second.pcm).all()


def test_a_faster_row_is_shorter_by_that_factor(small):
    style = torch.zeros(256)
    slow, fast = (sum(small.speak([Row((0, *range(1, 80), 0), style, speed)])[0].frames) for speed in (0.5, 1.5))

    assert slow / fast == pytest.approx(3, rel=0.1)


def test_every_token_sounds_for_at_least_one_frame(small, row):
    [spoken] = small.speak([replace(row, speed=50.0)])

    assert spoken.frames == (1,) * len(row.tokens)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"tokens": ()}, "0 tokens"),
        ({"tokens": (0,) * 513}, "513 tokens"),
        ({"tokens": (0, 178, 0)}, r"outside 0\.\.177"),
        ({"tokens": (0, -1, 0)}, r"outside 0\.\.177"),
        ({"style": torch.zeros(128)}, r"shape \(128,\)"),
        ({"style": torch.full((256,), float("inf"))}, "no numbers"),
        ({"style": torch.full((256,), 1e30)}, "more than 120 s|overflowed"),
        ({"speed": 0.0}, "speed is 0"),
        ({"speed": float("nan")}, "speed is nan"),
        ({"speed": 1e-6}, "more than 120 s"),
    ],
)
def test_a_row_that_cannot_be_spoken_is_refused_with_the_reason(small, row, change, complaint):
    with pytest.raises(EngineError, match=complaint):
        small.speak([row, replace(row, **change)])


def test_short_rows_are_heard_first_and_before_the_long_ones_are_made(small, row):
    """As on a card, in groups of like length; how many have been begun by then is the arrangement's to say."""
    begun = []

    def waves(spectrum, rows):
        begun.append(rows.width)
        return small.network.waves(spectrum, rows)

    def heard(ahead):
        begun.clear()
        model = Model(replace(small.network, waves=waves), replace(TOGETHER, multiple=1, ahead=ahead))
        return [(index, len(begun)) for index, _ in model.say(rows)]

    rows = [replace(row, tokens=row.tokens[:length], speed=50.0) for length in (4, 22, 4, 12)]

    assert heard(0) == [(0, 1), (2, 1), (3, 2), (1, 3)]
    assert heard(1) == [(0, 2), (2, 2), (3, 3), (1, 3)]
    assert begun == [4, 12, 22]


def test_audio_that_overflows_is_refused_and_the_next_is_spoken(small, row):
    loud = replace(small.network, generator=lambda *given, **named: small.network.generator(*given, **named) * 1e30)

    with pytest.raises(EngineError, match="overflow"):
        Model(loud).speak([row])
    assert small.speak([row])


def test_a_row_that_overflows_leaves_the_others_alone(small, row):
    def generator(x, *given, **named):
        made = small.network.generator(x, *given, **named)
        made[1] *= 1e30
        return made

    rows = [row, replace(row, tokens=row.tokens[:-1])]
    said = dict(Model(replace(small.network, generator=generator), TOGETHER).say(rows))

    assert said[1] is None
    assert len(said[0].pcm) == 600 * sum(said[0].frames)


def test_what_is_too_loud_for_16_bits_is_decoded_again_by_the_spare(small, row):
    too_loud = replace(small.network, waves=lambda *given: small.network.waves(*given) * float("inf"))
    model = Model(too_loud, TOGETHER, spare=Eager(small.network))
    rows = [row, replace(row, tokens=row.tokens[:-1])]

    rescued = model.speak(rows)

    assert model.rescued == 2
    for one, own in zip(rescued, rows, strict=True):
        assert np.abs(one.pcm.astype(int) - small.speak([own])[0].pcm).max() <= 1


def test_what_is_louder_than_16_bits_is_clipped(small, row):
    louder = replace(small.network, waves=lambda *given: small.network.waves(*given) * 100)

    [spoken] = Model(louder).speak([row])

    assert spoken.pcm.max() == 32_767
    assert spoken.pcm.min() == -32_767
