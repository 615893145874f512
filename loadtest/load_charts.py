"""First audio and what is spoken against the load, as `converse` measures them: clients at once, and turns a second."""

from collections.abc import Mapping, Sequence
from typing import Any

from loadtest.plot import Chart

LOADS = {"clients": "clients at once", "rate": "turns a second"}

Line = list[tuple[float, float]]


def charts(results: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """results: the JSON lines. Two charts for each kind of load that is among them."""
    made = []
    for load, across in LOADS.items():
        found = [result for result in results if load in result]
        if found:
            first: dict[str, Line] = {
                f"first audio, {share}": [(result[load], result["first_audio"][share]) for result in found]
                for share in ("p50", "p95")
            }
            spoken: dict[str, Line] = {"audio seconds a second": [(r[load], r["audio_per_second"]) for r in found]}
            made += [Chart("First audio", across, "s", first), Chart("Spoken", across, "audio s / s", spoken)]
    return made
