"""Recorded halves, on a processor: in place of a graph stands the work itself, done again from the same places.

So what is tried is all but the recording: that batches padded to a bucket stay what they are, that nothing of the batch
before is heard, and what goes step by step.
"""

import pytest
import torch

from synth.engines.kokoro.model.arrangement import Arrangement
from synth.engines.kokoro.model.buckets import Bucket, Buckets
from synth.engines.kokoro.model.graphs import Graphs
from synth.engines.kokoro.model.halves import Timed
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rows import Padded

READING = Buckets(widths=(16, 32), largest=64, rows=(1, 2, 4), free=64)
SOUND = Buckets(widths=(32, 64), largest=128, rows=(1, 2, 4), free=128)
TOGETHER = Arrangement(max_rows=4, spare=1.0)


class Repeated:
    """A recorder that has the work done again, and counts."""

    def __init__(self):
        self.recorded = 0
        self.replayed = 0

    def __call__(self, work):
        self.recorded += 1
        made = work()

        def replay():
            self.replayed += 1
            for place, value in zip(made, work(), strict=True):
                place.copy_(value)

        return replay, made


@pytest.fixture(scope="module")
def recorder():
    return Repeated()


@pytest.fixture(scope="module")
def recorded(small, recorder):
    with torch.inference_mode():
        halves = Graphs(small.network, recorder, READING, SOUND)
    return Model(small.network, TOGETHER, halves)


@pytest.mark.usefixtures("recorded")
def test_every_bucket_is_recorded_once(recorder):
    assert recorder.recorded == len(READING.all()) + len(SOUND.all())


@pytest.mark.parametrize(("seed", "count"), [(1, 1), (2, 3), (3, 4), (4, 2)])
def test_a_row_that_was_padded_to_a_bucket_is_what_it_is_alone(small, recorded, random_rows, same, seed, count):
    rows = random_rows(seed, count, (2, 9))

    together = recorded.voice(rows)

    for row, (wave, frames) in zip(rows, together, strict=True):
        [(alone, own)] = small.voice([row])
        assert frames == own
        assert same(alone, wave)


def test_nothing_of_the_batch_before_is_heard(recorded, random_rows):
    first, [short] = random_rows(5, 4, (7, 9)), random_rows(6, 1, (2, 2))
    [(fresh, _)] = recorded.voice([short])

    recorded.voice(first)

    [(wave, _)] = recorded.voice([short])
    assert torch.equal(wave, fresh)


def test_what_is_no_number_in_one_batch_does_not_stay_for_the_next(small, recorded, random_rows):
    [row] = random_rows(7, 1, (3, 3))
    [(fresh, _)] = recorded.voice([row])
    sizes, rows = small.network.architecture, Padded.of([20, 64], torch.device("cpu"))
    features, sound = (torch.full((2, 64, wide), float("nan")) for wide in (sizes.hidden + sizes.style, sizes.hidden))

    with torch.inference_mode():
        spoilt = recorded._halves.decode(Timed(features.double(), sound, torch.zeros(2, 256)), rows, rows)

    assert not spoilt[:, : 20 * 600].isfinite().any()
    [(wave, _)] = recorded.voice([row])
    assert torch.equal(wave, fresh)


def test_a_batch_that_fits_is_two_replays(recorded, recorder, random_rows):
    before = recorder.replayed

    recorded.voice(random_rows(3, 4, (2, 9)))

    assert recorder.replayed - before == 2


def test_a_batch_that_fits_no_bucket_goes_step_by_step(small, recorded, recorder, random_rows, same):
    [row] = random_rows(9, 1, (40, 40))
    before = recorder.replayed

    [(wave, frames)] = recorded.voice([row])

    assert recorder.replayed == before
    [(alone, own)] = small.voice([row])
    assert frames == own
    assert same(alone, wave)


def test_places_are_shared_by_all_buckets(recorded):
    recordings = recorded._halves._sounds._recordings
    one, other = recordings[Bucket(1, 32)], recordings[Bucket(2, 64)]

    assert [a.data_ptr() for a in one._inputs] == [b.data_ptr() for b in other._inputs]
