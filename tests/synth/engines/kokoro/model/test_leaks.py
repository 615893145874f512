"""Every place where a row could hear its neighbours or the padding, each opened on purpose: then it must be noticed.

The network is as always; one of its parts is given rows that lack one of the things that keep rows apart.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

import pytest
import torch

from synth.engines.kokoro.model.arrangement import Arrangement
from synth.engines.kokoro.model.halves import Eager
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import COARSE, CURVE, FINE
from synth.engines.kokoro.model.rows import GAP, Packed, Padded
from synth.engines.kokoro.model.source import Source

PACKED = Arrangement(max_rows=8, packed=True)
PADDED = Arrangement(max_rows=8, spare=1.0)
DURATION = 1e-6  # frames; in float64 they are 1e-12 apart


class Like:
    """Rows that are what others are, but for what a subclass changes."""

    def __init__(self, rows):
        self._rows = rows

    def __getattr__(self, name):
        return getattr(self._rows, name)


class Unbounded(Like):
    def within(self, _rate):
        return None


class Overrun(Like):
    def backwards(self, x):
        return x.flip(1)


class Unzeroed(Like):
    def zero(self, x, _rate):
        return x


class Averaged(Like):
    """Statistics over the padding too."""

    def normalise(self, x, scale, shift, _rate):
        return scale[:, None] * torch.nn.functional.instance_norm(x.transpose(1, 2)).transpose(1, 2) + shift[:, None]


class NotOnce(Like):
    """Forgets the zeros one time: the generator asks for them before each stage, in it 24 times, and at the end."""

    asked = 51
    forget = MappingProxyType({CURVE: 0, COARSE: 25, FINE: 50})

    def __init__(self, rows, rate):
        super().__init__(rows)
        self._rate = rate
        self.calls = 0

    def zero(self, x, rate):
        self.calls += 1
        if self.calls - 1 == self.forget[self._rate]:
            assert rate == self._rate
            return x
        return self._rows.zero(x, rate)


class Given:
    """A part of the network that gets other rows than it should."""

    def __init__(self, part, rows, *methods):
        self._part = part
        self._rows = rows
        self._methods = methods

    def __call__(self, *arguments, **named):
        return self._part(*arguments[:-1], self._rows(arguments[-1]), **named)

    def __getattr__(self, name):
        method = getattr(self._part, name)
        if name not in self._methods:
            return method
        return lambda *arguments: method(*arguments[:-1], self._rows(arguments[-1]))


def forgetful(network, rate):
    def generator(*arguments, **named):
        rows = NotOnce(arguments[-1], rate)
        made = network.generator(*arguments[:-1], rows, **named)
        assert rows.calls == NotOnce.asked
        return made

    return generator


def mirrored_elsewhere(network, pitch, rows):
    """The source as if every row were as long as the longest: mirrored at that one's end, with sound up to there."""
    longest = Padded(rows.lengths.max().expand(len(rows.lengths)), rows.width)
    return network.source(rows.zero(pitch, CURVE), longest)


def loud_behind(network):
    def source(pitch, rows):
        right, wrong = network.source(pitch, rows), mirrored_elsewhere(network, pitch, rows)
        return torch.where(rows._mask(FINE), right, wrong)

    return source


def wrong_mirror(network):
    return lambda pitch, rows: rows.zero(mirrored_elsewhere(network, pitch, rows), FINE)


def fresh_noise(network):
    class Fresh(Source):
        def _noise_for(self, samples):
            return torch.randn(samples, 9)

    source = Fresh.__new__(Fresh)
    source.__dict__.update(network.source.__dict__)
    return source


LEAKS = {
    "PLBERT attends to the padding": lambda n: {"albert": Given(n.albert, Unbounded)},
    "the duration encoder starts its way back in the padding": lambda n: {
        "durations": Given(n.durations, Overrun, "encode")
    },
    "the last recurrence before durations does": lambda n: {"durations": Given(n.durations, Overrun, "count")},
    "the recurrence before pitch does": lambda n: {"prosody": Given(n.prosody, Overrun)},
    "the text encoder's recurrence does": lambda n: {"text": Given(n.text, Overrun)},
    "the text encoder's convolutions see the padding": lambda n: {"text": Given(n.text, Unzeroed)},
    "statistics of pitch and loudness count it": lambda n: {"prosody": Given(n.prosody, Averaged)},
    "statistics of the decoder count it": lambda n: {"decoder": Given(n.decoder, Averaged)},
    "statistics of the generator count it": lambda n: {"generator": Given(n.generator, Averaged)},
    "convolutions of pitch and loudness see it": lambda n: {"prosody": Given(n.prosody, Unzeroed)},
    "convolutions of the decoder see it": lambda n: {"decoder": Given(n.decoder, Unzeroed)},
    "convolutions of the generator see it": lambda n: {"generator": Given(n.generator, Unzeroed)},
    "the first growth sees it": lambda n: {"generator": forgetful(n, CURVE)},
    "the second growth sees it": lambda n: {"generator": forgetful(n, COARSE)},
    "the last convolution sees it": lambda n: {"generator": forgetful(n, FINE)},
    "the source is mirrored at the longest row's end": lambda n: {"source": wrong_mirror(n)},
    "there is source behind the end": lambda n: {"source": loud_behind(n)},
    "the inverse STFT adds windows of the padding": lambda n: {"waves": Given(n.waves, Unzeroed)},
    "the pitch of the padding turns the source's phase on": lambda n: {"source": Given(n.source, Unzeroed)},
    "noise is drawn in the order of the batch": lambda n: {"source": fresh_noise(n)},
}


class Heard:
    """Durations, with a note of what they were before they became whole frames."""

    def __init__(self, part):
        self._part = part
        self.counted = []

    def encode(self, *arguments):
        return self._part.encode(*arguments)

    def count(self, features, rows):
        frames = self._part.count(features, rows)
        self.counted.append(frames)
        return frames


def voiced(network, arrangement, rows):
    heard = Heard(network.durations)
    spoken = Model(replace(network, durations=heard), arrangement).voice(rows)
    return spoken, heard.counted


@pytest.fixture(scope="module")
def leaks(same):
    """Whether a row of the batch is not what it is alone."""

    def check(network, rows):
        together, [counted] = voiced(network, PADDED, rows)
        [order] = PADDED.split([len(row.tokens) for row in rows])
        for place, index in enumerate(order):
            [(alone, frames)], [[own]] = voiced(network, PADDED, [rows[index]])
            wave, counts = together[index]
            longer = (counted[place, : len(own)] - own).abs().max() > DURATION
            if longer or frames != counts or not same(alone, wave):
                return True
        return False

    return check


@pytest.fixture(scope="module")
def rows(random_rows):
    return random_rows(7, 3, (3, 16))


def test_nothing_leaks_as_it_is(small, rows, leaks):
    assert not leaks(small.network, rows)


@pytest.mark.parametrize("leak", LEAKS)
def test_an_opened_leak_is_noticed(small, rows, leaks, leak):
    assert leaks(replace(small.network, **LEAKS[leak](small.network)), rows)


@dataclass(frozen=True)
class Apart(Eager):
    """Puts sentences behind one another, so many frames apart."""

    gap: int

    def decode(self, timed, rows, layout, **named):
        layout = Packed(rows.lengths.tolist(), rows.lengths.device, self.gap)
        return super().decode(timed, rows, layout, **named)


@pytest.mark.parametrize(("gap", "leaks"), [(GAP, False), (GAP - 1, True)])
def test_sentences_behind_one_another_need_all_of_the_gap_between_them(small, rows, same, gap, leaks):
    together = Model(small.network, PACKED, Apart(small.network, gap)).voice(rows)
    alone = [small.voice([row])[0] for row in rows]

    assert leaks is not all(same(own, wave) for (own, _), (wave, _) in zip(alone, together, strict=True))
