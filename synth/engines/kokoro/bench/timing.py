"""How fast is it, and what holds it back? Seconds by the wall, samples on the host, medians."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from torch.profiler import ProfilerActivity, profile

from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.rates import FRAME_RATE
from synth.engines.kokoro.model.row import Row

GFLOP = 54.8  # for a second of audio, nine tenths of them in convolutions
TYPES = (torch.float16, torch.bfloat16, torch.float32)  # that the generator may compute in
Lines = Iterable[str]


@dataclass(frozen=True, slots=True)
class Timing:
    """rows: in the batch; audio: seconds of it; seconds: that it took; memory: bytes of the device at the peak."""

    rows: int
    audio: float
    seconds: float
    memory: int

    @property
    def pace(self) -> float:
        """Seconds of audio per second."""
        return self.audio / self.seconds

    @property
    def flops(self) -> float:
        """A second."""
        return self.pace * GFLOP * 1e9


def time_batch(model: Model, rows: Sequence[Row], repeats: int) -> Timing:
    device = model.network.device
    frames = sum(sum(spoken.frames) for spoken in model.speak(rows))
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    seconds = _median(lambda: model.speak(rows), repeats, device)
    memory = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
    return Timing(len(rows), frames / FRAME_RATE, seconds, memory)


def fit(timings: Sequence[Timing]) -> tuple[float, float]:
    """What a batch costs whatever is in it, and for each second of audio: seconds."""
    slope, fixed = np.polyfit([timing.audio for timing in timings], [timing.seconds for timing in timings], 1)
    return float(fixed), float(slope)


def measure_ceilings(device: torch.device, size: int, repeats: int) -> Lines:
    """What this device reaches at best; the shares of it are beside each batch."""
    for dtype in (*TYPES, torch.float64):
        side = _side(dtype, size)
        yield f"- matrix product {side}, {dtype}: {measure_product(device, dtype, size, repeats) / 1e12:.1f} TFLOP/s"
    for dtype in TYPES:
        pace = measure_convolution(device, dtype, size, repeats)
        yield f"- convolution of 128 channels, 11 wide, {dtype}: {pace / 1e12:.1f} TFLOP/s"
    x = torch.empty(size * size, device=device)
    seconds = _median(x.clone, repeats, device)
    yield f"- copy: {2 * x.nbytes / seconds / 1e9:.0f} GB/s read and written"


@cache
def measure_product(device: torch.device, dtype: torch.dtype, size: int, repeats: int) -> float:
    """FLOP a second, of a matrix product so large; once for each device and type, and so in the same run."""
    side = _side(dtype, size)
    x = torch.randn(side, side, device=device).to(dtype)
    return 2 * side**3 / _median(partial(torch.matmul, x, x), repeats, device)


@cache
def measure_convolution(device: torch.device, dtype: torch.dtype, size: int, repeats: int) -> float:
    """The same, of a convolution such as the network's are."""
    steps = 16 * size
    x = torch.randn(1, 128, 1, steps, device=device).to(dtype, memory_format=torch.channels_last)
    kernel = torch.randn(128, 128, 1, 11, device=device).to(dtype, memory_format=torch.channels_last)
    seconds = _median(partial(torch.conv2d, x, kernel, padding=(0, 5)), repeats, device)
    return 2 * 128 * 128 * 11 * steps / seconds


def tell_profile(model: Model, rows: Sequence[Row]) -> Lines:
    device = model.network.device
    model.speak(rows)
    on_card = device.type == "cuda"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_card else [])]
    with profile(activities=activities) as found:
        model.speak(rows)
        _finish(device)
    sort_by = "self_device_time_total" if on_card else "self_cpu_time_total"
    yield "```"
    yield found.key_averages().table(sort_by=sort_by, row_limit=15, max_name_column_width=60)
    yield "```"


def _side(dtype: torch.dtype, size: int) -> int:
    return size if dtype.itemsize == 2 else size // 2


def _median(work: Callable[[], object], repeats: int, device: torch.device) -> float:
    work()
    seconds = []
    for _ in range(repeats):
        _finish(device)
        began = time.perf_counter()
        work()
        _finish(device)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
