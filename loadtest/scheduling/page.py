"""Tables and plots of the study, written into docs/scheduling.md between its marks."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from loadtest.measure import summarise
from loadtest.plot import Chart, draw
from loadtest.scheduling.study import Result

HEAD = "first audio p50 / p95 / p99 | turns without a gap | refused | audio s/s | busy"
COLUMNS = dict.fromkeys(("gpu", "cores", "amx", "queues"), "listeners | served by")
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
    head = COLUMNS.get(table) or OTHER[table]
    yield f"| {head} | {HEAD} |"
    yield "|" + "---|" * (head.count("|") + 1 + HEAD.count("|") + 1)
    for result in results:
        if result.table == table:
            listeners = f"{result.scene.listeners} | " if table in COLUMNS else ""
            yield f"| {listeners}{result.how} | {_figures(result)} |"


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
    shares = f"{outcome.smooth:.1%} | {outcome.refused_share:.1%}"
    rate = outcome.audio / outcome.elapsed
    busy = outcome.busy / outcome.elapsed / outcome.workers
    return f"{first} {unit} | {shares} | {rate:,.{0 if rate >= 100 else 1}f} | {busy:.0%}"
