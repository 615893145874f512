import numpy as np

from loadtest import signature
from synth.engines import signature as engine


def test_it_is_what_the_engine_speaks():
    for code_point in (*range(33, 260), 0x4E2D, 0x1F600):
        character = chr(code_point)
        assert signature.block(character) == engine.block(character)


def test_white_space_makes_no_sound():
    assert signature.pcm(" a\tb\n") == signature.block("a") + signature.block("b")


def test_the_strongest_frequency_names_the_character():
    samples = np.frombuffer(signature.block("x"), "<i2")

    assert np.abs(np.fft.rfft(samples)).argmax() == signature.cycles("x")
