"""Each row of a batch is what it is alone, whatever stands beside it and however they are laid out."""

import random

import pytest
import torch

from synth.engines.kokoro.model.arrangement import Arrangement
from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.precision import Precision

PADDED = Arrangement(max_rows=8, spare=1.0)
BUCKETED = Arrangement(max_rows=8, spare=0.3, multiple=16)
PACKED = Arrangement(max_rows=8, packed=True)
LAYOUTS = {"padded": PADDED, "bucketed": BUCKETED, "packed": PACKED}


@pytest.fixture(scope="module")
def assert_exact(same):
    def check(model, arrangement, rows):
        together = Model(model.network, arrangement).voice(rows)
        for row, (wave, frames) in zip(rows, together, strict=True):
            [(alone, alone_frames)] = model.voice([row])
            assert frames == alone_frames
            assert same(alone, wave)

    return check


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(2))
def test_a_row_of_a_batch_is_what_it_is_alone(small, random_rows, assert_exact, layout, seed):
    assert_exact(small, LAYOUTS[layout], random_rows(seed, random.Random(seed).randint(2, 5), (1, 25)))


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_many_batches_are_exact(small, random_rows, assert_exact, layout):
    for seed in range(2, 22):
        assert_exact(small, LAYOUTS[layout], random_rows(seed, random.Random(seed).randint(2, 8), (1, 80)))


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_true_architecture_is_exact(true, random_rows, assert_exact, layout):
    assert_exact(true, LAYOUTS[layout], random_rows(1, 4, (1, 25)))


@pytest.mark.slow
def test_two_threads_make_what_one_makes(true, random_rows, same):
    [row] = random_rows(2, 1, (20, 20))
    [(one, frames)] = true.voice([row])
    torch.set_num_threads(2)
    try:
        [(two, as_many)] = true.voice([row])
    finally:
        torch.set_num_threads(1)

    assert as_many == frames
    assert same(one, two)


def test_order_changes_nothing(small, random_rows, same):
    rows = random_rows(3, 4, (2, 16))
    model = Model(small.network, PADDED)

    onward, backward = model.voice(rows), model.voice(rows[::-1])[::-1]

    assert all(same(wave, other) for (wave, _), (other, _) in zip(onward, backward, strict=True))


@pytest.mark.parametrize(
    ("dtype", "carrying", "close"),
    [
        (torch.bfloat16, torch.float32, 40),
        (torch.bfloat16, torch.bfloat16, 40),
        (torch.float16, torch.float32, 58),
        (torch.float16, torch.float16, 58),
    ],
)
def test_16_bits_change_the_sound_a_little_and_durations_not_at_all(
    small_checkpoint, random_rows, distance, dtype, carrying, close
):
    files = small_checkpoint / "config.json", small_checkpoint / "model.pth"
    [row] = random_rows(5, 1, (20, 20))
    [(full, frames)] = open_model(*files).voice([row])

    [(half, same_frames)] = open_model(*files, precision=Precision(torch.float32, dtype, carrying)).voice([row])

    assert same_frames == frames
    assert close < distance(full, half) < close + 20


def test_on_a_processor_rows_go_alone_and_are_the_same_to_the_last_bit(small_checkpoint, random_rows):
    model = open_model(small_checkpoint / "config.json", small_checkpoint / "model.pth")
    rows = random_rows(4, 4, (2, 16))

    together = model.speak(rows)

    for row, spoken in zip(rows, together, strict=True):
        [alone] = model.speak([row])
        assert spoken.frames == alone.frames
        assert (spoken.pcm == alone.pcm).all()
