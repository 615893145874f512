"""Stage by stage against the kokoro package's own modules, each given what the package's stage before it made.

End to end they cannot be compared: a rounding error in the pitch flips phases, and the package is then 14 to 23 dB from
itself. So durations, pitch and the source's spectrum are given.
"""

from types import SimpleNamespace

import pytest
import torch

from synth.engines.kokoro.model.rates import BINS
from synth.engines.kokoro.model.rows import Padded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # the package's own
]
TOKENS = 24


@pytest.fixture(scope="module")
def package(true_checkpoint):
    from kokoro import KModel

    files = {"config": str(true_checkpoint / "config.json"), "model": str(true_checkpoint / "model.pth")}
    return KModel(repo_id="hexgrad/Kokoro-82M", **files).eval()


class GivenNoise:
    """In place of the package's dice, while it makes its source."""

    def __init__(self, bank):
        self._bank = bank
        self._drawn = torch.randn_like

    def __enter__(self):
        torch.randn_like = lambda x: self._bank[: x.shape[1]][None] if x.shape[-1] == 9 else self._drawn(x)

    def __exit__(self, *_):
        torch.randn_like = self._drawn


@pytest.fixture(scope="module")
def theirs(package, true):
    """All between the package's stages for one sentence, as its forward_with_tokens makes it: [1, time, channels]."""
    with torch.inference_mode():
        return speak_in_stages(package, true.network.source._noise)


def speak_in_stages(package, noise):
    generator = torch.Generator().manual_seed(5)
    tokens = torch.randint(1, 178, (1, TOKENS), generator=generator)
    style = torch.randn(1, 256, generator=generator) * 0.15
    lengths, padding = torch.tensor([TOKENS]), torch.zeros(1, TOKENS, dtype=torch.bool)
    made = SimpleNamespace(tokens=tokens, style=style)
    made.albert = package.bert(tokens, attention_mask=(~padding).int())
    made.meaning = package.bert_encoder(made.albert)
    predictor, voice = package.predictor, style[:, 128:]
    made.features = predictor.text_encoder(made.meaning.transpose(1, 2), voice, lengths, padding)
    made.durations = torch.sigmoid(predictor.duration_proj(predictor.lstm(made.features)[0])).sum(-1)
    made.text = package.text_encoder(tokens, lengths, padding).transpose(1, 2)
    made.frames = made.durations[0].round().clamp(min=1).long()
    index = torch.repeat_interleave(torch.arange(TOKENS), made.frames)
    made.aligned, made.sound = made.features[:, index], made.text[:, index]
    made.pitch, made.loudness = predictor.F0Ntrain(made.aligned.transpose(1, 2), voice)
    decode(package.decoder, made, noise)
    return made


def decode(decoder, made, noise):
    """Listens at the borders of the decoder's parts."""
    stft = decoder.generator.stft
    transform, inverse = stft.transform, stft.inverse

    def heard_transform(wave):
        made.wave = wave
        magnitude, angle = transform(wave)
        made.source = torch.cat([magnitude, angle], 1).transpose(1, 2)
        return magnitude, angle

    def heard_inverse(magnitude, phase):
        made.magnitude, made.phase = magnitude.transpose(1, 2), phase.transpose(1, 2)
        return inverse(magnitude, phase)

    hook = decoder.generator.register_forward_hook(lambda _, given, __: setattr(made, "decoded", given[0]))
    stft.transform, stft.inverse = heard_transform, heard_inverse
    try:
        with GivenNoise(noise):
            made.audio = decoder(made.sound.transpose(1, 2), made.pitch, made.loudness, made.style[:, :128])[0]
    finally:
        stft.transform, stft.inverse = transform, inverse
        hook.remove()


@pytest.fixture(scope="module")
def tokens():
    return Padded.of([TOKENS], torch.device("cpu"))


@pytest.fixture(scope="module")
def frames(theirs):
    return Padded.of([int(theirs.frames.sum())], torch.device("cpu"))


def test_the_stages_are_those_of_the_package(package, true, theirs, distance):
    with torch.inference_mode(), GivenNoise(true.network.source._noise):
        audio, frames = package.forward_with_tokens(theirs.tokens, theirs.style)

    assert (frames == theirs.frames).all()
    assert distance(audio, theirs.audio[0]) == float("inf")


def test_albert(true, theirs, tokens, same):
    assert same(theirs.albert, true.network.albert(theirs.tokens, tokens))


def test_durations(true, theirs, tokens, same):
    part = true.network.durations
    features = part.encode(theirs.meaning.double(), theirs.style[:, 128:].double(), tokens)

    assert same(theirs.features, features)
    assert same(theirs.durations, part.count(theirs.features.double(), tokens))


def test_text(true, theirs, tokens, same):
    assert same(theirs.text, true.network.text(theirs.tokens, tokens))


def test_pitch_and_loudness(true, theirs, frames, same):
    pitch, loudness = true.network.prosody(theirs.aligned.double(), theirs.style[:, 128:].double(), frames)

    assert same(theirs.pitch, pitch[..., 0])
    assert same(theirs.loudness, loudness[..., 0])


def test_source(true, theirs, frames, same):
    wave = true.network.source.wave(theirs.pitch)
    spectrum = true.network.source.spectrum(theirs.wave, frames)

    assert same(theirs.wave, wave)
    assert same(theirs.source[..., :BINS], spectrum[..., :BINS])
    assert same(turned(theirs.source), turned(spectrum))


def turned(source):
    """Real and imaginary parts: an angle alone jumps by a whole turn at half a turn."""
    return torch.view_as_real(torch.polar(source[..., :BINS].contiguous(), source[..., BINS:].contiguous()))


def test_decoder(true, theirs, frames, same):
    given = (theirs.sound, theirs.pitch[..., None], theirs.loudness[..., None], theirs.style[:, :128])

    assert same(theirs.decoded.transpose(1, 2), true.network.decoder(*given, frames))


def test_generator(true, theirs, frames, same):
    made = true.network.generator(theirs.decoded.transpose(1, 2), theirs.source, theirs.style[:, :128], frames)

    assert same(theirs.magnitude, made[..., :BINS].exp())
    assert same(theirs.phase, made[..., BINS:].sin())


def test_waves(true, theirs, frames, same):
    spectrum = torch.cat([theirs.magnitude.log(), theirs.phase.asin()], dim=2)

    assert same(theirs.audio[0], true.network.waves(spectrum, frames)[0])


def test_all_that_follows_the_source(true, theirs, frames, same):
    network, style = true.network, theirs.style[:, :128]
    decoded = network.decoder(theirs.sound, theirs.pitch[..., None], theirs.loudness[..., None], style, frames)
    audio = network.waves(network.generator(decoded, theirs.source, style, frames), frames)

    assert same(theirs.audio[0], audio[0])
