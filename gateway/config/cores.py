"""What of this machine the defaults depend on."""

import os
from collections.abc import Mapping
from pathlib import Path

GPU = Path("/dev/nvidia0")


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spare_cores() -> int:
    """All but the event loop's own: encoders that fight for it cost more (measured: 8 % on two cores)."""
    return max(1, cores() - 1)


def on_gpu(engine_options: Mapping[str, str]) -> bool:
    """Whether an engine that can use a GPU will."""
    device = engine_options.get("device", "auto")
    return GPU.exists() if device == "auto" else device != "cpu"
