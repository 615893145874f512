"""What a processor is good for: in what its convolutions are computed, and how much it speaks at once."""

import os
from collections.abc import Mapping

import torch


def choose_precision(wanted: str, device: str, capabilities: Mapping[str, object]) -> str:
    """wanted: a type's name, or auto: bfloat16 where a processor multiplies its matrices (AMX, measured by others: 2.5
    to 4 times as fast), else float32. That it knows the type is not enough: measured with AVX-512 alone it is half as
    fast again, and without slower.
    """
    if wanted != "auto":
        return wanted
    return "bfloat16" if device == "cpu" and capabilities.get("amx_bf16") else "float32"


def capabilities() -> Mapping[str, object]:
    """Of this processor, by torch's names."""
    found: Mapping[str, object] = torch.cpu.get_capabilities()
    return found


def count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
