"""Reads a checkpoint, strictly: what is missing, strange or of the wrong size is named before anything is computed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from synth.engines import EngineError
from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.model.inventory import inventory
from synth.engines.kokoro.model.saved import is_plain, read_saved

UNUSED = ("bert.pooler.", "bert.embeddings.position_ids")
MANY = 5  # names in an error


class Weights:
    """Tensors by name; `part` looks at those under a prefix. convolving, carrying: the types that convolutions are to
    compute in and to give, if not their weights' own.
    """

    def __init__(
        self,
        tensors: Mapping[str, Tensor],
        prefix: str = "",
        convolving: torch.dtype | None = None,
        carrying: torch.dtype | None = None,
    ) -> None:
        self._tensors = tensors
        self._prefix = prefix
        self.convolving = convolving
        self.carrying = carrying

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[self._prefix + name]

    def get(self, name: str) -> Tensor | None:
        return self._tensors.get(self._prefix + name)

    def part(self, name: str) -> "Weights":
        return Weights(self._tensors, f"{self._prefix}{name}.", self.convolving, self.carrying)

    def convolve(self, convolving: torch.dtype | None, carrying: torch.dtype) -> "Weights":
        return Weights(self._tensors, self._prefix, convolving, carrying)

    def to(self, device: torch.device, dtype: torch.dtype) -> "Weights":
        under = {name: tensor for name, tensor in self._tensors.items() if name.startswith(self._prefix)}
        return Weights({name: tensor.to(device, dtype) for name, tensor in under.items()}, self._prefix)


def read_weights(path: Path, architecture: Architecture) -> Weights:
    """In float32 with weight norm folded. Raises EngineError."""
    saved = _flat(read_saved("the model's weights", path))
    tensors = {name: tensor for name, tensor in saved.items() if not name.startswith(UNUSED)}
    wanted = inventory(architecture)
    _check(tensors, wanted)
    return Weights(fold({name: tensors[name].float() for name in wanted}))


def _flat(saved: Any) -> dict[str, Tensor]:
    """One dictionary for all modules. `module.` is what data-parallel training puts before each name."""
    parts = saved if isinstance(saved, dict) else {}
    flat = {
        f"{module}.{str(name).removeprefix('module.')}": tensor
        for module, part in parts.items()
        if isinstance(part, dict)
        for name, tensor in part.items()
    }
    if not flat or not all(isinstance(tensor, Tensor) for tensor in flat.values()):
        raise EngineError("the model's weights are not a dictionary of modules with tensors")
    return flat


def _check(tensors: Mapping[str, Tensor], wanted: Mapping[str, tuple[int, ...]]) -> None:
    missing = [name for name in wanted if name not in tensors]
    strange = [name for name in tensors if name not in wanted and not _is_identity(name, tensors[name])]
    other = [name for name, shape in wanted.items() if name in tensors and tuple(tensors[name].shape) != shape]
    odd = [name for name in wanted if name in tensors and not is_plain(tensors[name])]
    for what, names in (
        ("lacks", missing),
        ("has unknown", strange),
        ("has of another size", other),
        ("has in a form that is not read", odd),
    ):
        if names:
            more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
            raise EngineError(f"the model's checkpoint {what}: {', '.join(names[:MANY])}{more}")


def _is_identity(name: str, tensor: Tensor) -> bool:
    """The affine part of a normalisation, which the package has and never trained."""
    if name.endswith((".norm.weight", ".norm.bias")) and is_plain(tensor):
        return bool((tensor == float(name.endswith("weight"))).all())
    return False


def fold(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Weight norm: weight = g * v / |v|, with the length over all but the first axis."""
    folded = {name: tensor for name, tensor in tensors.items() if not name.endswith(("weight_g", "weight_v"))}
    for name, direction in tensors.items():
        if name.endswith("weight_v"):
            length = direction.flatten(1).norm(dim=1)[:, None, None]
            stem = name.removesuffix("_v")
            folded[stem] = direction * (tensors[f"{stem}_g"] / length)
    return folded
