"""Values on their way to the device and back, without waiting where a card can do without."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import torch
from torch import Tensor

Arrival = Callable[[], Tensor]  # waits until the values are here, and gives them


class Receive(Protocol):
    def __call__(self, values: Tensor) -> Arrival:
        """Starts to copy them to the host. Meanwhile the host may do other work, and the device too."""


def on(device: torch.device) -> AbstractContextManager[object]:
    """Where streams, events and kernels belong that nobody says a device of: with two cards it must be this one."""
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()


def send(values: Tensor, device: torch.device) -> Tensor:
    """From the host. Through pinned memory, since a card's driver waits for a copy from any other."""
    return (values.pin_memory() if device.type == "cuda" else values).to(device, non_blocking=True)


def receive(values: Tensor) -> Arrival:
    """Into pinned memory, behind what the card has been given so far."""
    if values.device.type != "cuda":
        return lambda: values
    here = torch.empty(values.shape, dtype=values.dtype, pin_memory=True)
    here.copy_(values, non_blocking=True)
    copied = torch.cuda.Event()  # type: ignore[no-untyped-call]
    copied.record()

    def wait() -> Tensor:
        copied.synchronize()
        return here

    return wait
