"""Each `latency` on engines of different speed: how soon it is heard, and what that costs in gaps. Table and plot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loadtest import first_audio
from loadtest.first_audio import GAP, FirstAudio
from loadtest.plot import Chart, draw
from loadtest.processes import voxgate

LATENCIES = ("quality", "balanced", "low")
# So that a listener waits for its own speech and not for another's.
WORKERS = 4


@dataclass(frozen=True, slots=True)
class Found:
    real_time_factor: float
    latency: str
    heard: FirstAudio


def compare(real_time_factors: Sequence[float], turns: int, *, streams: bool) -> Iterator[Found]:
    """streams: the engine gives audio as it is made, not the whole of a segment when it is made."""
    for real_time_factor in real_time_factors:
        options = f"busy={real_time_factor},whole={str(not streams).lower()}"
        with voxgate("--engine=tone", f"--engine-options={options}", f"--workers={WORKERS}") as server:
            for latency in LATENCIES:
                heard = first_audio.measure(server, turns, latency, listeners=WORKERS)
                yield Found(real_time_factor, latency, heard)


def table(found: Sequence[Found]) -> str:
    """Markdown."""
    head = (
        "real-time factor",
        "`latency`",
        "first audio p50",
        "p95",
        f"turns with a gap > {GAP * 1000:.0f} ms",
        "longest",
    )
    rows = [head, ("---",) * len(head), *(_row(each) for each in found)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(found: Found) -> tuple[str, ...]:
    heard = found.heard
    return (
        f"{found.real_time_factor:g}",
        f"`{found.latency}`",
        f"{heard.first.p50:.2f} s",
        f"{heard.first.p95:.2f} s",
        f"{heard.with_gaps} of {len(heard.turns)}",
        f"{max(turn.longest_gap for turn in heard.turns):.2f} s",
    )


def plot(found: Sequence[Found]) -> str:
    """SVG: for each engine, how many of the turns are heard by when."""
    factors = dict.fromkeys(each.real_time_factor for each in found)
    return draw([_chart(factor, [each for each in found if each.real_time_factor == factor]) for factor in factors])


def _chart(real_time_factor: float, found: Sequence[Found]) -> Chart:
    return Chart(
        f"Real-time factor {real_time_factor:g}",
        "seconds since the first token",
        "share of turns that are heard",
        {each.latency: _steps(sorted(turn.first for turn in each.heard.turns)) for each in found},
    )


def _steps(times: Sequence[float]) -> list[tuple[float, float]]:
    """The share of `times` that have come, just before and at each of them."""
    share = 1 / len(times)
    points = [(time, part * share) for number, time in enumerate(times) for part in (number, number + 1)]
    return [(0.0, 0.0), *points]
