import array
import math
from itertools import pairwise

import numpy as np
import pytest

from synth.engines.signature import BLOCK, SAMPLE_RATE, block, character, cycles


def test_a_block_is_a_fifteenth_of_a_second():
    assert len(block("a")) == 2 * BLOCK == 2 * SAMPLE_RATE // 15


@pytest.mark.parametrize(("sign", "hertz"), [("!", 300), ('"', 330), ("~", 3090), ("ÿ", 6960)])
def test_the_frequency_is_the_code_point_in_steps_of_30_hertz(sign, hertz):
    assert cycles(sign) * SAMPLE_RATE / BLOCK == hertz


def test_the_samples_are_those_of_the_formula():
    samples = array.array("h", block("H"))
    k = 20 + 2 * ((ord("H") - 33) % 223)

    assert list(samples) == [round(8000 * math.sin(2 * math.pi * ((k * n) % 1600) / 1600)) for n in range(1600)]


def test_every_latin_character_can_be_read_back_from_its_spectrum():
    for code in range(33, 256):
        samples = np.frombuffer(block(chr(code)), "<i2")

        assert character(int(np.abs(np.fft.rfft(samples)).argmax())) == chr(code)


def test_any_character_has_a_block_even_beyond_latin():
    assert block("😀") == block(chr(33 + (0x1F600 - 33) % 223))


def test_blocks_begin_and_end_near_zero_so_that_joins_do_not_click():
    for sign in "a~ÿ":
        samples = array.array("h", block(sign))
        steps = [abs(a - b) for a, b in pairwise(samples)]

        assert samples[0] == 0
        assert abs(samples[-1]) <= max(steps)


def test_amplitude_tells_voices_apart():
    assert max(array.array("h", block("a", 4000))) == 4000
