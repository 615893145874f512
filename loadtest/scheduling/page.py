"""Tables and plots of the study, written into docs/scheduling.md between its marks."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from loadtest.measure import summarise
from loadtest.plot import Chart, draw
from loadtest.scheduling.study import Result

HEAD = "first audio p50 / p95 / p99 | turns without a gap | refused | audio s/s | busy"
WAITS = "wait p50 / p95 / longest | turns without a gap | refusals a turn | audio s/s | busy"
COLUMNS = {**dict.fromkeys(("gpu", "cores", "amx", "queues"), "listeners | served by"), "line": "listeners | taken on"}
OTHER = {"stretch": "stretch", "halves": "batches, stretch", "headroom": "headroom", "choose": "worker chosen by"}


def write(results: Sequence[Result], docs: Path) -> None:
    page = docs / "scheduling.md"
    text = page.read_text(encoding="utf-8")
    for table in (*COLUMNS, *OTHER):
        rows = "\n".join(lines(table, results))
        text = re.sub(rf"(<!-- {table} -->\n).*?(<!-- end -->)", rf"\g<1>{rows}\n\g<2>", text, count=1, flags=re.DOTALL)
    page.write_text(text, encoding="utf-8")
    (docs / "scheduling.svg").write_text(draw(charts(results)), encoding="utf-8")


def lines(table: str, results: Sequence[Result]) -> Iterator[str]:
    """One table in Markdown."""
    head = f"{COLUMNS.get(table) or OTHER[table]} | {WAITS if table == 'line' else HEAD}"
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for result in results:
        if result.table == table:
            listeners = f"{result.scene.listeners} | " if table in COLUMNS else ""
            figures = _waits(result) if table == "line" else _figures(result)
            yield f"| {listeners}{result.how} | {figures} | {_rate(result)} |"


def charts(results: Sequence[Result]) -> list[Chart]:
    """First audio and gaps against load, on the GPU."""
    first: dict[str, list[tuple[float, float]]] = {}
    smooth: dict[str, list[tuple[float, float]]] = {}
    for result in results:
        if result.table == "gpu":
            listeners = float(result.scene.listeners)
            first.setdefault(result.how, []).append((listeners, 1000 * summarise(result.outcome.first).p95))
            smooth.setdefault(result.how, []).append((listeners, 100 * result.outcome.smooth))
    return [
        Chart("First audio, p95", "listeners", "ms", first, log=True),
        Chart("Turns without a gap", "listeners", "%", smooth, highest=100.0),
    ]


def _figures(result: Result) -> str:
    outcome, found = result.outcome, summarise(result.outcome.first)
    unit, scale = ("ms", 1000.0) if found.p99 < 10.0 else ("s", 1.0)
    first = " / ".join(
        f"{scale * value:.0f}" if scale > 1 else f"{value:.1f}" for value in (found.p50, found.p95, found.p99)
    )
    return f"{first} {unit} | {outcome.smooth:.1%} | {outcome.refused_share:.1%}"


def _waits(result: Result) -> str:
    """From the first time that a turn was asked for."""
    outcome, found = result.outcome, summarise(result.outcome.waits)
    wait = f"{found.p50:.1f} / {found.p95:.1f} / {found.highest:.1f} s"
    return f"{wait} | {outcome.smooth:.1%} | {outcome.refused / max(1, outcome.turns):.1f}"


def _rate(result: Result) -> str:
    outcome = result.outcome
    rate = outcome.audio / outcome.elapsed
    busy = outcome.busy / outcome.elapsed / outcome.workers
    return f"{rate:,.{0 if rate >= 100 else 1}f} | {busy:.0%}"
