"""A graphics card without one: on the device `meta` every operator runs and nothing is computed.

What would make a card stop, or mix two devices, is noticed operator by operator. That the figures are right on a card
this cannot tell.
"""

from contextlib import suppress
from itertools import groupby
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from synth.engines.kokoro.model.arrangement import TOGETHER
from synth.engines.kokoro.model.loading import read_files
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.network import build_network
from synth.engines.kokoro.model.precision import precision_on

CARD = torch.device("meta")
FRAMES = 3  # of each token, as the host is told
DATA_DEPENDENT = ("_local_scalar_dense", "nonzero", "is_nonzero", "equal", "masked_select", "repeat_interleave.T")


class Watched(TorchDispatchMode):
    """Every operator. waits: those for which the host would wait; mixed: those between two devices."""

    def __init__(self):
        super().__init__()
        self.waits = []
        self.mixed = []
        self.made = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.__name__
        given = tensors((args, kwargs))
        devices = {tensor.device for tensor in given if tensor.dim() or tensor.device == CARD}
        asks = CARD in devices and (name.startswith(DATA_DEPENDENT) or picks(name, args))
        if asks or hurried_copy(name, args, kwargs or {}):
            self.waits.append(name)
        elif devices > {CARD} and not name.startswith("copy_"):
            self.mixed.append(name)
        made = func(*args, **(kwargs or {}))
        self.made |= {(name.split(".")[0], tensor.dtype) for tensor in tensors(made)}
        return made


def tensors(values):
    return [leaf for leaf in tree_leaves(values) if isinstance(leaf, torch.Tensor)]


def picks(name, args):
    """With a mask for an index: only the device knows how many."""
    return name.startswith("index") and any(leaf.dtype == torch.bool for leaf in tensors(args[1:2]))


def hurried_copy(name, args, kwargs):
    """From one device to another, but for what was told not to block and is on its way to the card."""
    if name.startswith("_to_copy"):
        source, target = args[0].device, torch.device(kwargs.get("device") or args[0].device)
        return source != target and not (target == CARD and kwargs.get("non_blocking"))
    return name.startswith("copy_") and args[0].device != args[1].device


class Counting:
    """In place of the copy to the host: answers what a network might, and notes when it was asked and waited for."""

    def __init__(self):
        self.events = []

    def __call__(self, values):
        assert values.device == CARD
        self.events.append(("asked", values.dtype))
        answer = torch.full(
            values.shape, FRAMES if values.dtype == torch.int64 else 0, dtype=values.dtype, device="cpu"
        )

        def wait():
            self.events.append(("waited", values.dtype))
            return answer

        return wait


@pytest.fixture(scope="module", params=[torch.float32, torch.float16])
def run(request, small_checkpoint, random_rows):
    """Rows spoken on a card that is none, with all that was noticed."""
    receive = Counting()
    architecture, weights = read_files(small_checkpoint / "config.json", small_checkpoint / "model.pth")
    network = build_network(architecture, weights, CARD, precision_on("meta", request.param))
    model = Model(network, TOGETHER, receive=receive)
    rows = [*random_rows(8, 2, (3, 5)), *random_rows(8, 1, (9, 9)), *random_rows(8, 1, (16, 16))]
    with Watched() as watched:
        spoken = model.speak(rows)
    return SimpleNamespace(rows=rows, spoken=spoken, watched=watched, receive=receive, decoding=request.param)


@pytest.mark.slow
def test_everything_is_on_the_card(run):
    assert not run.watched.mixed
    assert [len(one.pcm) for one in run.spoken] == [600 * FRAMES * len(row.tokens) for row in run.rows]


@pytest.mark.slow
def test_the_host_waits_once_for_all_frames(run):
    assert not run.watched.waits
    counted = [name for name, dtype in run.receive.events if dtype == torch.int64]
    assert [name for name, _ in groupby(counted)] == ["asked", "waited"]
    assert [dtype for dtype, _ in groupby(dtype for _, dtype in run.receive.events)] == [torch.int64, torch.int16]


@pytest.mark.slow
def test_audio_is_waited_for_while_the_card_has_the_work_of_one_more_group(run):
    sounded = [name for name, dtype in run.receive.events if dtype == torch.int16]
    groups = sounded.count("asked")

    assert groups > 2
    assert sounded == ["asked", *["asked", "waited"] * (groups - 1), "waited"]


@pytest.mark.slow
def test_pitch_is_in_float64_and_phases_are_added_up_in_it(run):
    assert {dtype for name, dtype in run.watched.made if name == "cumsum"} == {torch.float64}
    assert ("sigmoid", torch.float64) in run.watched.made


@pytest.mark.slow
def test_convolutions_are_in_the_type_that_was_asked_for_and_sines_in_float32(run):
    assert {dtype for name, dtype in run.watched.made if name.startswith("conv")} == {
        torch.float64,  # of pitch and loudness
        torch.float32,  # of the text
        run.decoding,
    }
    assert {dtype for name, dtype in run.watched.made if name in ("sin_", "exp", "rsqrt")} <= {
        torch.float64,
        torch.float32,
    }


@pytest.mark.parametrize(
    "wait",
    [
        lambda x: x[x > 0],
        lambda x: x.nonzero(),
        lambda x: x.sum().item(),
        lambda x: x.cpu(),
        lambda x: torch.tensor([1, 2, 3]).to(x.device),
        lambda x: x.copy_(torch.ones(3)),
        lambda x: torch.repeat_interleave(x.long()),
    ],
)
def test_what_the_host_would_wait_for_is_noticed(wait):
    x = torch.zeros(3, device=CARD)
    with Watched() as watched, suppress(NotImplementedError, RuntimeError):  # what has no data has no answer
        wait(x)

    assert watched.waits


@pytest.mark.parametrize(
    "mix",
    [
        lambda x: x.index_select(1, torch.tensor([0])),
        lambda x: x + torch.ones(2, 3),
        lambda x: x @ torch.ones(3, 2),
        lambda x: torch.cat([x, torch.ones(2, 3)]),
    ],
)
def test_two_devices_in_one_operator_are_noticed(mix):
    x = torch.zeros(2, 3, device=CARD)
    with Watched() as watched, suppress(RuntimeError):  # torch itself minds some of them
        mix(x)

    assert watched.mixed


def test_a_single_number_of_the_host_is_no_mixture():
    with Watched() as watched:
        torch.zeros(2, 3, device=CARD) + torch.ones(())

    assert not watched.mixed
