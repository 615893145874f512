"""Writes config.json, model.pth and voices/ into a directory."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from synth.engines.kokoro.model.architecture import Architecture
from synth.engines.kokoro.pretend.config import RELEASED, SMALL
from synth.engines.kokoro.pretend.weights import make_tensors, make_voice

VOICES = ("af_heart", "af_bella", "am_adam", "bf_emma")
MODULES = ("bert", "bert_encoder", "predictor", "text_encoder", "decoder")


def write_checkpoint(directory: Path, *, small: bool = False, seed: int = 0) -> None:
    """small: the network of the tests; seed: of the weights and the voices."""
    config = dict(SMALL if small else RELEASED)
    architecture = Architecture.read(config)
    (directory / "voices").mkdir(parents=True, exist_ok=True)
    (directory / "config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1), encoding="utf-8")
    torch.save(_modules(make_tensors(architecture, seed)), directory / "model.pth")
    for index, name in enumerate(VOICES, start=1):
        torch.save(make_voice(architecture, seed + index), directory / "voices" / f"{name}.pt")


def _modules(tensors: dict[str, Tensor]) -> dict[str, Any]:
    """As released: a dictionary for each module, every name in it with `module.` before it."""
    return {
        module: {
            f"module.{name.removeprefix(f'{module}.')}": tensor.clone()
            for name, tensor in tensors.items()
            if name.startswith(f"{module}.")
        }
        for module in MODULES
    }
