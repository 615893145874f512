"""What bad input got, for people."""

import statistics
from collections.abc import Sequence

from rich.table import Table

from loadtest.bad_input.run import Row


def table(rows: Sequence[Row]) -> Table:
    shown = Table("input", "answers", "p50 ms", "max ms", "memory MB", title="Bad input")
    for row in rows:
        answers = ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(row.statuses.items()))
        times = (f"{1000 * statistics.median(row.seconds):.1f}", f"{1000 * max(row.seconds):.0f}")
        shown.add_row(row.what, answers, *times, f"{row.grown / 1e6:+.1f}")
    return shown
