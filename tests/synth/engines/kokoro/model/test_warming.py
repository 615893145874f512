from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from synth.engines.kokoro.model.arrangement import TOGETHER
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.warming import MOST, SECOND, TYPICAL, speak, warm_up


class Noting(Model):
    """What it was asked to say, and for how long."""

    def __init__(self, network):
        super().__init__(network, TOGETHER)
        self.said = []

    def say(self, rows, *arguments):
        spoken = [one for _, one in super().say(rows, *arguments)]
        self.said.append((len(rows), *{sum(one.frames) for one in spoken}))
        return iter(enumerate(spoken))


class Silent(Model):
    """A card's model, which says nothing."""

    def __init__(self, network):
        super().__init__(replace(network, device=torch.device("cuda")), TOGETHER)
        self.said = []

    def say(self, rows, *_):
        self.said.append((len(rows), len(rows[0].tokens)))
        return iter(())


class Full(Silent):
    """One that has room for a second and no more."""

    def say(self, rows, *arguments):
        if self.said:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().say(rows, *arguments)


def test_a_card_without_room_for_more_is_warm_enough(small):
    model = Full(small.network)
    warm_up(model)

    assert len(model.said) == 1


def test_a_processor_speaks_a_second(small):
    model = Noting(small.network)
    warm_up(model)

    assert model.said == [SECOND]


@pytest.mark.parametrize("shape", [SECOND, (2, 7)])
def test_a_shape_is_spoken_as_it_is_meant_whatever_the_weights(small, shape):
    model = Noting(small.network)
    speak(model, shape)

    assert model.said == [shape]


def test_a_card_speaks_typical_shapes_the_cheapest_first_so_long_as_there_is_time(small):
    model, hurried = Silent(small.network), Silent(small.network)
    warm_up(model)
    warm_up(hurried, most=0)

    assert model.said == list(TYPICAL)
    assert hurried.said == [TYPICAL[0]]
    assert MOST <= 5
    assert all(one[1] < other[1] for one, other in pairwise(shape for shape in TYPICAL if shape[0] == 1))
