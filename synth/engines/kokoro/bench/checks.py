"""Is what a card makes right? Each check gives the lines of its part of the report."""

import platform
import statistics
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import torch
from torch import Tensor

from synth.engines.kokoro.bench.exact import distance
from synth.engines.kokoro.bench.sentences import dice_of, random_row
from synth.engines.kokoro.bench.variants import EAGER, Shop, Variant
from synth.engines.kokoro.model.model import Model
from synth.engines.kokoro.model.row import Row
from synth.engines.kokoro.model.rows import Padded
from synth.engines.kokoro.model.source import Source

Lines = Iterable[str]


def some_rows(seed: int, count: int, tokens: Sequence[int]) -> list[Row]:
    """Of these numbers of tokens, at random."""
    dice = dice_of(seed)
    return [random_row(dice, dice.choice(tokens)) for _ in range(count)]


def tell_machine(device: torch.device) -> Lines:
    yield f"- Python {platform.python_version()}, torch {torch.__version__}, Triton {_version('triton')}"
    if device.type != "cuda":
        yield f"- **{device}: this report only tries the report itself**"
        return
    cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
    card = torch.cuda.get_device_properties(device)
    yield f"- {card.name}, {card.total_memory / 2**30:.0f} GiB, {card.multi_processor_count} multiprocessors"
    yield f"- CUDA {torch.version.cuda}, cuDNN {cudnn}, compute {card.major}.{card.minor}"


def check_waits(model: Model, rows: Sequence[Row]) -> Lines:
    """Torch warns of every call that makes the host wait, but for the events that we wait for on purpose."""
    if model.network.device.type != "cuda":
        yield "not here: only a card can be waited for"
        return
    model.speak(rows)
    torch.cuda.set_sync_debug_mode("warn")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.speak(rows)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    waits = [warning for warning in caught if "synchronizing" in str(warning.message)]
    yield f"calls that made the host wait: **{len(waits)}** (expected: 0)"
    yield from sorted({f"- `{warning.filename}:{warning.lineno}`: {warning.message}" for warning in caught})


class _Kept:
    """A source that keeps what it was given and made."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.pitch = self.spectrum = torch.empty(0)

    def __call__(self, pitch: Tensor, rows: Padded) -> Tensor:
        self.pitch, self.spectrum = pitch, self._source(pitch, rows)
        return self.spectrum


class _Given:
    """A source that has been made elsewhere."""

    def __init__(self, spectrum: Tensor) -> None:
        self._spectrum = spectrum
        self.pitch = torch.empty(0)

    def __call__(self, pitch: Tensor, _rows: Padded) -> Tensor:
        self.pitch = pitch
        return self._spectrum.to(pitch.device)


def check_device(shop: Shop, rows: Sequence[Row]) -> Lines:
    """The card against the processor, each row alone; the source's spectrum is given, for an angle may flip."""
    here = replace(shop, device=torch.device("cpu")).build(EAGER).network
    there = shop.build(EAGER).network
    yield "| tokens | durations | pitch, largest difference | waves, same source | waves, own source |"
    yield "|---|---|---|---|---|"
    for row in rows:
        kept = _Kept(here.source)
        [(wave, frames)] = Model(replace(here, source=kept)).voice([row])  # type: ignore[arg-type]
        given = _Given(kept.spectrum)
        [(other, others)] = Model(replace(there, source=given)).voice([row])  # type: ignore[arg-type]
        [(own, _)] = Model(there).voice([row])
        if frames != others:
            yield f"| {len(row.tokens)} | **differ** | | | |"
            continue
        pitch = float((given.pitch.cpu() - kept.pitch).abs().max())
        distances = f"{distance(wave, other.cpu()):.1f} dB | {distance(wave, own.cpu()):.1f} dB"
        yield f"| {len(row.tokens)} | same | {pitch:.1e} Hz | {distances} |"


def check_batches(model: Model, batches: Sequence[Sequence[Row]]) -> Lines:
    """Each row of a batch against itself alone, eagerly on the same device."""
    alone = Model(model.network)
    distances, other = [], 0
    for rows in batches:
        for row, (wave, frames) in zip(rows, model.voice(rows), strict=True):
            [(own, own_frames)] = alone.voice([row])
            other += frames != own_frames
            distances.append(distance(own, wave) if frames == own_frames else 0.0)
    yield (
        f"{len(distances)} rows in {len(batches)} batches: worst {min(distances):.1f} dB, "
        f"median {statistics.median(distances):.1f} dB, rows with other durations: {other}"
    )


def check_precision(shop: Shop, variant: Variant, exact: Model, rows: Sequence[Row]) -> Lines:
    """A variant's error against float32, eager, on the same device, from the same durations and source."""
    if variant.decoding == torch.float32 and not variant.kernels:
        return
    model = shop.build(replace(variant, graphs=False))
    pairs = list(zip(exact.voice(rows), model.voice(rows), strict=True))
    distances = [distance(wave, other) for (wave, frames), (other, others) in pairs if frames == others]
    differ = len(pairs) - len(distances)
    loudest = max(float(other.abs().max()) for _, (other, _) in pairs)
    worst, median = (f"{value:.1f} dB" for value in (min(distances), statistics.median(distances)))
    yield f"| {variant.name} | {worst} | {median} | {differ} | {loudest:.2f} |"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not here"
