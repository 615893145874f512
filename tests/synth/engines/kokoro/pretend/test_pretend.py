import json
import random

import numpy as np
import pytest
import torch

from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.row import Row
from synth.engines.kokoro.pretend.checkpoint import write_checkpoint


def speech(checkpoint, count):
    """A row of random symbols with its audio."""
    vocabulary = json.loads((checkpoint / "config.json").read_text())["vocab"]
    voice = torch.load(checkpoint / "voices" / "af_heart.pt", weights_only=True)
    tokens = random.Random(1).choices(list(vocabulary.values()), k=count)
    [spoken] = open_model(checkpoint / "config.json", checkpoint / "model.pth").speak(
        [Row((0, *tokens, 0), voice[count - 1, 0])]
    )
    return spoken


def assert_like_speech(spoken, count):
    seconds = len(spoken.pcm) / 24_000
    loudness = np.sqrt(np.square(spoken.pcm / 32_767).mean())
    assert 12 <= count / seconds <= 15
    assert 0.02 < loudness < 0.5


def test_it_speaks_at_the_pace_of_speech_and_can_be_heard(small_checkpoint):
    assert_like_speech(speech(small_checkpoint, 150), 150)


@pytest.mark.slow
def test_so_does_the_true_architecture(true_checkpoint):
    assert_like_speech(speech(true_checkpoint, 80), 80)


@pytest.mark.slow
def test_the_same_seed_makes_the_same_network_and_another_seed_another(small_checkpoint, tmp_path):
    again, other = tmp_path / "again", tmp_path / "other"
    write_checkpoint(again, small=True)
    write_checkpoint(other, small=True, seed=1)

    spoken = speech(small_checkpoint, 20)

    assert (spoken.pcm == speech(again, 20).pcm).all()
    assert not np.array_equal(spoken.pcm, speech(other, 20).pcm)
