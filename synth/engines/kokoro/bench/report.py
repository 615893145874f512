"""A report that is written part by part, whatever becomes of one of them."""

import math
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Report:
    out: TextIO
    wanted: str = ""  # how the titles of the parts begin that are wanted
    ends: float = math.inf  # by time.monotonic(); what has not begun by then is left out
    failed: list[str] = field(default_factory=list)

    def part(self, title: str, work: Callable[[], Iterable[str]], *, level: int = 2) -> None:
        """level: of its heading; 0: none."""
        if level == 2 and not title.startswith(self.wanted):
            return
        if time.monotonic() > self.ends:
            self.failed.append(title)
            self._write(f"\n**{title}: left out, the time is over**")
            return
        began = time.perf_counter()
        if level:
            self._write(f"\n{'#' * level} {title}\n")
        try:
            for line in work():
                self._write(line)
        except Exception:  # noqa: BLE001 - told in the report, and by the exit code
            self.failed.append(title)
            self._write(f"\n**{title} failed:**\n```\n{traceback.format_exc(limit=-8)}```")
        if level:
            self._write(f"\n({time.perf_counter() - began:.1f} s)")

    def _write(self, line: str) -> None:
        self.out.write(f"{line}\n")
        self.out.flush()
