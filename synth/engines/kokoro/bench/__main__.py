"""`python -m synth.engines.kokoro.bench`: one JSON line."""

import dataclasses
import json
import statistics
import sys
import tempfile
from pathlib import Path

import cyclopts
import torch

from synth.engines.kokoro.bench.exact import measure_exactness
from synth.engines.kokoro.bench.helped import measure_help
from synth.engines.kokoro.bench.speed import compare, our_forward, package_forward
from synth.engines.kokoro.bench.windowed import measure_windows
from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.precision import Precision
from synth.engines.kokoro.pretend.checkpoint import write_checkpoint

TOKENS = (12, 40, 110)  # about 1, 3 and 8 seconds


def bench(
    *,
    checkpoint: Path | None = None,
    device: str = "cpu",
    batches: int = 12,
    threads: tuple[int, ...] = (1, 2),
    repeats: int = 5,
    helped: int = 0,
    windowed: int = 0,
    tokens: tuple[int, ...] = TOKENS,
    seed: int = 0,
) -> None:
    """checkpoint: a directory with config.json and model.pth, else a pretend one is made; batches: how many random ones
    are checked for exactness, by these numbers of threads in turn; repeats: of each timing, 0 for none; helped,
    windowed: the same of rows with a second core, and in two windows, on a processor; tokens: of the rows that are
    timed.
    """
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as made:
        directory = checkpoint or Path(made)
        if not checkpoint:
            write_checkpoint(directory)
        config, weights = directory / "config.json", directory / "model.pth"
        line: dict[str, object] = {"bench": "kokoro", "device": device, "torch": torch.__version__}
        if batches:
            model = open_model(config, weights, device, Precision())
            line["exact"] = dataclasses.asdict(measure_exactness(model, batches, threads, seed))
        if repeats:
            ours, package = our_forward(open_model(config, weights, device)), package_forward(config, weights, device)
            speeds = compare(ours, package, tokens, repeats, device=device)
            line["speed"] = [dataclasses.asdict(speed) for speed in speeds]
            line["ratio"] = round(statistics.median(speed.ratio for speed in speeds), 3)
        if helped:
            model = open_model(config, weights)
            line["helped"] = [dataclasses.asdict(found) for found in measure_help(model, tokens, helped)]
        if windowed:
            model = open_model(config, weights)
            line["windowed"] = [dataclasses.asdict(found) for found in measure_windows(model, tokens, windowed)]
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    cyclopts.run(bench)
