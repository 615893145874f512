"""Could the checks tell? Speech beside the speech, and other speech, are not taken for the same."""

import numpy as np
import pytest
from harness.checks import AFTER_IT, ALIKE, SECOND_TURN
from harness.ear import Sound, likeness


def test_the_same_speech_is_alike(site):
    assert likeness(site.spoken(AFTER_IT), site.spoken(AFTER_IT)) > ALIKE


@pytest.mark.parametrize("seconds", [0.1, 0.3])
def test_a_rest_of_another_text_before_it_is_noticed(site, seconds):
    speech, other = site.spoken(AFTER_IT), site.spoken(SECOND_TURN)
    rest = other.samples[other.rate : other.rate + int(seconds * other.rate)]

    assert likeness(Sound(np.concatenate([rest, speech.samples]), speech.rate), speech) < ALIKE


def test_other_speech_is_not_alike(site):
    assert likeness(site.spoken(AFTER_IT), site.spoken(SECOND_TURN)) < ALIKE


def test_samples_that_lost_a_byte_are_not_alike(site):
    speech = site.spoken(AFTER_IT)
    shifted = (speech.samples * 32_768).astype("<i2").tobytes()[1:-1]
    noise = np.frombuffer(shifted, "<i2").astype(np.float32) / 32_768

    assert likeness(Sound(noise, speech.rate), speech) < ALIKE
