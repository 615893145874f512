"""What a run has shown, as a table for people and as JSON for machines, beside the floor of the same minute."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from loadtest.faults import Faults
from loadtest.measure import Measures, Summary, summarise

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Load:
    """One server under load. cpu: seconds, rss: bytes at most; both by the part that a process plays."""

    name: str
    streams: int
    measures: Measures
    faults: Faults = field(default_factory=Faults)
    cpu: dict[str, float] = field(default_factory=dict)
    rss: dict[str, int] = field(default_factory=dict)

    def cpu_per_audio_second(self, part: str) -> float:
        """Seconds of one core for a second of audio: a live stream's share of a core."""
        return self.cpu.get(part, 0.0) / self.measures.audio_seconds if self.measures.audio_seconds else 0.0

    def summary(self) -> dict[str, Any]:
        """Everything in seconds, bytes and shares; flat enough to be compared between runs."""
        measures, turns = self.measures, self.measures.turns
        return {
            "name": self.name,
            "streams": self.streams,
            "elapsed": measures.elapsed,
            "turns": len(turns),
            "audio_seconds": measures.audio_seconds,
            "messages": measures.messages,
            "audio_bytes": measures.audio_bytes,
            "connect": asdict(summarise(measures.connects)),
            "first_audio_from_first_token": asdict(summarise(turn.from_first_token for turn in turns)),
            "first_audio_from_flush": asdict(summarise(turn.from_flush for turn in turns)),
            "first_audible": asdict(summarise(turn.to_first_audible for turn in turns)),
            "real_time_factor": asdict(summarise(turn.real_time_factor for turn in turns)),
            "gap": asdict(summarise(measures.gaps)),
            "worst_stall": asdict(summarise(turn.worst_stall for turn in turns)),
            "stalled": sum(turn.stalled for turn in turns),
            "c100": measures.c100,
            "clear": asdict(summarise(measures.clears)),
            "cpu": self.cpu,
            "cpu_per_audio_second": {part: self.cpu_per_audio_second(part) for part in self.cpu},
            "rss": self.rss,
            "faults": dict(self.faults.counts),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A gateway's load and the floor's, one after the other on the same machine."""

    load: Load
    floor: Load | None = None

    def summary(self) -> dict[str, Any]:
        found = self.load.summary()
        return found if self.floor is None else found | {"floor": self.floor.summary(), "ratio": self.ratios()}

    def ratios(self) -> dict[str, float | None]:
        """Gateway to floor."""
        if self.floor is None:
            return {}
        ours, least = self.load, self.floor
        return {
            "gap_p99": _ratio(summarise(ours.measures.gaps).p99, summarise(least.measures.gaps).p99),
            "cpu_per_audio_second": _ratio(ours.cpu_per_audio_second("gateway"), least.cpu_per_audio_second("gateway")),
            "rss": _ratio(ours.rss.get("gateway", 0), least.rss.get("gateway", 0)),
        }


def show(console: Console, comparisons: list[Comparison]) -> None:
    """One table, a column for each load and floor; then every fault with its first stories."""
    table = Table(title="Load test", title_justify="left")
    table.add_column("")
    loads = [load for each in comparisons for load in (each.load, each.floor) if load is not None]
    for load in loads:
        table.add_column(load.name, justify="right")
    columns = [_rows(load) for load in loads]
    for label in columns[0]:
        table.add_row(label, *(column[label] for column in columns))
    console.print(table)
    for each in comparisons:
        _show_ratios(console, each)
        _show_faults(console, each.load)


def _rows(load: Load) -> dict[str, str]:
    measures, turns = load.measures, load.measures.turns
    c100 = measures.c100
    return {
        "streams": str(load.streams),
        "turns": str(len(turns)),
        "audio": f"{measures.audio_seconds:,.0f} s in {measures.elapsed:.0f} s",
        "messages": f"{measures.messages:,}",
        "connect p50/p95/p99": _milliseconds(summarise(measures.connects)),
        "first audio from first token": _milliseconds(summarise(turn.from_first_token for turn in turns)),
        "first audio from flush": _milliseconds(summarise(turn.from_flush for turn in turns)),
        "first audible from first token": _milliseconds(summarise(turn.to_first_audible for turn in turns)),
        "real-time factor": _plain(summarise(turn.real_time_factor for turn in turns)),
        "gap": _milliseconds(summarise(measures.gaps)),
        "worst stall of a turn": _milliseconds(summarise(turn.worst_stall for turn in turns)),
        "C100": "-" if c100 is None else f"{c100:.2%}",
        "clear to cleared": _milliseconds(summarise(measures.clears)),
        "gateway CPU per live stream": f"{load.cpu_per_audio_second('gateway'):.2%} of a core",
        "worker CPU per live stream": f"{load.cpu_per_audio_second('worker'):.2%} of a core",
        "gateway RSS": f"{load.rss.get('gateway', 0) / MIB:.0f} MiB",
        "worker RSS": f"{load.rss.get('worker', 0) / MIB:.0f} MiB",
        "faults": str(load.faults.counts.total()),
    }


def _show_ratios(console: Console, comparison: Comparison) -> None:
    ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in comparison.ratios().items() if ratio is not None)
    if ratios:
        console.print(f"{comparison.load.name}, gateway to floor: {ratios}")


def _show_faults(console: Console, load: Load) -> None:
    for fault, count in load.faults.counts.most_common():
        console.print(f"[red]{load.name}: {fault}: {count}[/red]")
        for story in load.faults.examples[fault]:
            console.print(f"    {story}", markup=False, highlight=False)


def _milliseconds(summary: Summary) -> str:
    if not summary.count:
        return "-"
    return f"{summary.p50 * 1000:.0f} / {summary.p95 * 1000:.0f} / {summary.p99 * 1000:.0f} ms"


def _plain(summary: Summary) -> str:
    return f"{summary.p50:.2f} / {summary.p95:.2f} / {summary.p99:.2f}" if summary.count else "-"


def _ratio(ours: float, least: float) -> float | None:
    return ours / least if least else None
