"""`python -m synth.engines.kokoro.bench.gpu`: one report of all that a graphics card has to confirm, in some minutes.

Needs torch and numpy alone, so it runs where nothing of ours is installed. Each part is written as soon as it is known;
one that fails is told, and the others go on: the first run on a new card is the one that teaches the most.
"""

import argparse
import math
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch

from synth.engines.kokoro.bench import checks, timing
from synth.engines.kokoro.bench.arrivals import Arrivals, measure_arrivals
from synth.engines.kokoro.bench.report import Report
from synth.engines.kokoro.bench.speed import package_forward
from synth.engines.kokoro.bench.timing import Timing
from synth.engines.kokoro.bench.variants import EAGER, FUSED, VARIANTS, Shop, Variant
from synth.engines.kokoro.model.buckets import READING, SOUND, Buckets
from synth.engines.kokoro.model.precision import forbid_tf32
from synth.engines.kokoro.pretend.checkpoint import write_checkpoint


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done. tokens: that sentences have; batches: rows that are spoken at once; rates: sentences a second
    that come by themselves, for so many seconds each.
    """

    tokens: tuple[int, ...] = (12, 25, 40, 60, 110)
    batches: tuple[int, ...] = (1, 8, 32, 64)
    repeats: int = 7
    exact: int = 6  # batches whose rows are compared with themselves alone
    size: int = 8192  # of a matrix product
    reading: Buckets = READING
    sound: Buckets = SOUND
    variants: tuple[Variant, ...] = VARIANTS
    package: bool = True
    rates: tuple[float, ...] = (100, 300)
    seconds: float = 3


TRIAL = Plan(
    (3, 6), (1, 2), 1, 1, 64, Buckets((16,), 32, (1, 2)), Buckets((16, 32), 64, (1, 2)), VARIANTS[:5],
    package=False, rates=(4,), seconds=0.5,
)  # fmt: skip


class Run:
    def __init__(self, shop: Shop, plan: Plan, report: Report) -> None:
        self._shop = shop
        self._plan = plan
        self._report = report
        self._rows = {count: checks.some_rows(count, count, plan.tokens) for count in plan.batches}

    def all(self) -> None:
        """What teaches most comes first: the time may be over, and a kernel may break the card's context for all that
        follow it.
        """
        part, plan, shop = self._report.part, self._plan, self._shop
        most = self._rows[plan.batches[-1]]
        forbid_tf32()
        part("The machine", lambda: checks.tell_machine(shop.device))
        part("What it reaches at best", lambda: timing.measure_ceilings(shop.device, plan.size, plan.repeats))
        part("Does the host wait", lambda: checks.check_waits(shop.build(EAGER), most))
        part("The card against the processor", lambda: checks.check_device(shop, most[:3]))
        part("What it spends its time on", partial(self._profile, EAGER))
        part("The package", self._time_package)
        part("Errors of 16 bits and of kernels against float32", self._precision)
        part("Batches and speed", self._variants)
        if FUSED in plan.variants:
            part(f"What it spends its time on: {FUSED.name}", partial(self._profile, FUSED))

    def _precision(self) -> Iterable[str]:
        yield "| variant | worst | median | rows with other durations | loudest sample |"
        yield "|---|---|---|---|---|"
        exact, rows = self._shop.build(EAGER), self._rows[self._plan.batches[1]]
        for variant in dict.fromkeys(Variant(each.decoding, kernels=each.kernels) for each in self._plan.variants):
            check = partial(checks.check_precision, self._shop, variant, exact, rows)
            self._report.part(variant.name, check, level=0)
        yield ""

    def _variants(self) -> Iterable[str]:
        for variant in self._plan.variants:
            self._report.part(variant.name, partial(self._variant, variant), level=3)
        yield ""

    def _variant(self, variant: Variant) -> Iterable[str]:
        began = time.perf_counter()
        model = self._shop.build(variant)
        yield f"Built{' and recorded' if variant.graphs else ''} in {time.perf_counter() - began:.1f} s.\n"
        batches = [checks.some_rows(100 + seed, 6, self._plan.tokens) for seed in range(self._plan.exact)]
        yield "Against each row alone: " + " ".join(checks.check_batches(model, batches)) + "\n"
        best = [
            measure(self._shop.device, variant.decoding, self._plan.size, self._plan.repeats)
            for measure in (timing.measure_product, timing.measure_convolution)
        ]
        yield "| rows | audio | time | audio seconds a second | TFLOP/s | of a product | of a convolution | memory |"
        yield "|---|---|---|---|---|---|---|---|"
        timings = []
        for rows in self._rows.values():
            timings.append(timing.time_batch(model, rows, self._plan.repeats))
            yield _line(timings[-1], best)
        fixed, slope = timing.fit(timings)
        yield f"\nFitted: `Cost(fixed={fixed:.4f}, per_second={slope:.5f})`"
        first = timing.time_batch(model, [checks.some_rows(1, 1, self._plan.tokens[:1])[0]], self._plan.repeats)
        yield f"\nFirst audio of a sentence of {first.audio:.1f} s: {1000 * first.seconds:.1f} ms\n"
        rows = checks.some_rows(0, 64, self._plan.tokens)
        for rate in self._plan.rates:
            yield _arrived(measure_arrivals(model, rows, rate, self._plan.seconds))

    def _time_package(self) -> Iterable[str]:
        if not self._plan.package:
            yield "it has no network of this size"
            return
        try:
            forward = package_forward(self._shop.config, self._shop.weights, str(self._shop.device))
        except ImportError as error:
            yield f"not here: {error}"
            return
        with torch.inference_mode():
            for row in self._rows[self._plan.batches[1]][:3]:
                forward(row)
                began = time.perf_counter()
                seconds = forward(row)
                took = time.perf_counter() - began
                yield f"- {seconds:.1f} s in {1000 * took:.1f} ms, {seconds / took:.0f} audio seconds a second"

    def _profile(self, variant: Variant) -> Iterable[str]:
        rows = self._rows[self._plan.batches[-2]]
        yield f"{variant.name}, {len(rows)} rows:\n"
        yield from timing.tell_profile(self._shop.build(variant), rows)


def _without_a_card(plan: Plan) -> Plan:
    """No kernels, and no more than a processor does in minutes: 16 bits take it several times as long as 32."""
    variants = tuple(each for each in plan.variants if not each.kernels)
    return replace(
        plan,
        variants=variants,
        tokens=plan.tokens[:1],
        batches=(1, 2),
        repeats=1,
        exact=1,
        size=64,
        rates=(2,),
        seconds=1,
    )


def _line(found: Timing, best: Sequence[float]) -> str:
    """best: FLOP a second that this device reaches with nothing else to do, of which the shares are told."""
    cells = (
        f"{found.rows}",
        f"{found.audio:.1f} s",
        f"{1000 * found.seconds:.1f} ms",
        f"**{found.pace:.0f}**",
        f"{found.flops / 1e12:.1f}",
        *(f"{100 * found.flops / ceiling:.1f} %" for ceiling in best),
        f"{found.memory / 2**30:.2f} GiB",
    )
    return f"| {' | '.join(cells)} |"


def _arrived(found: Arrivals) -> str:
    waits = " / ".join(f"{1000 * found.wait(percent):.0f}" for percent in (50, 95, 99))
    return (
        f"- {found.rate:g} sentences a second that come by themselves: heard after {waits} ms (p50 / p95 / p99), "
        f"{found.audio / found.seconds:.0f} audio seconds a second, at most {found.largest} in a batch"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--out", type=Path, default=Path("build/kokoro-gpu.md"))
    parser.add_argument("--checkpoint", type=Path, help="directory with config.json and model.pth; else a pretend one")
    parser.add_argument("--part", default="", help="only parts whose titles begin so")
    parser.add_argument("--trial", action="store_true", help="a tiny network and few rows: tries the report itself")
    parser.add_argument(
        "--seconds", type=float, default=math.inf, help="parts that have not begun by then are left out"
    )
    options = parser.parse_args()
    ends = time.monotonic() + options.seconds
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, options.out.open("w", encoding="utf-8") as out:
        directory = options.checkpoint or Path(made)
        if not options.checkpoint:
            write_checkpoint(directory, small=options.trial)
        plan = TRIAL if options.trial else Plan()
        if options.device == "cpu":
            plan = _without_a_card(plan)
        files = directory / "config.json", directory / "model.pth"
        report = Report(out, options.part, ends)
        Run(Shop(*files, torch.device(options.device), plan.reading, plan.sound), plan, report).all()
    return bool(report.failed)


if __name__ == "__main__":
    raise SystemExit(main())
