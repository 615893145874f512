"""Sentences that come by themselves, spoken by a network that takes a known time."""

import time
from typing import Any

import numpy as np
import pytest

from synth.engines.kokoro.bench.arrivals import MOST, measure_arrivals
from synth.engines.kokoro.model.row import Spoken

ROWS: Any = list(range(7))  # whatever they are


class Slow:
    """Takes so many seconds for a batch, of whatever size."""

    def __init__(self, seconds):
        self._seconds = seconds
        self.batches = []

    def speak(self, rows):
        assert 0 < len(rows) <= MOST

    def say(self, rows):
        self.batches.append(list(rows))
        until = time.perf_counter() + self._seconds
        while time.perf_counter() < until:
            pass
        yield from ((index, Spoken(np.zeros(0, np.int16), (20, 20))) for index in range(len(rows)))


@pytest.mark.slow
def test_each_is_spoken_once_in_order_and_waits_for_what_is_being_spoken():
    model: Any = Slow(0.02)
    found = measure_arrivals(model, ROWS, 100, 0.5)

    said = [row for batch in model.batches for row in batch]
    assert said == [index % 7 for index in range(50)]
    assert found.audio == pytest.approx(50)
    assert min(found.waits) >= 0.02
    assert found.wait(50) < 0.06
    assert found.largest == max(map(len, model.batches)) > 1


@pytest.mark.slow
def test_more_than_it_can_speak_wait_ever_longer():
    model: Any = Slow(0.1)
    found = measure_arrivals(model, ROWS, 1000, 0.2)

    assert found.largest == MOST
    assert found.wait(99) > 0.4  # 200 are 7 batches
