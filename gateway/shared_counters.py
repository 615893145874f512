"""Live counts over all processes of one server.

One small file in shared memory, a row of 64-bit numbers per process. Each process writes its own row only and reads
all of them, so there is no lock to wait for and none to be left behind by a process that was killed.
"""

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

NUMBER: Literal["q"] = "q"  # one aligned store each, so that a reader never sees half a number
NUMBER_SIZE = 8


@dataclass(frozen=True, slots=True)
class SharedCounters:
    rows: tuple[memoryview, ...]
    slot: int

    @property
    def own(self) -> memoryview:
        """The one row that this process may write."""
        return self.rows[self.slot]

    def clear(self) -> None:
        self.own[:] = memoryview(bytes(self.own.nbytes)).cast(NUMBER)


def open_counters(path: Path | None, *, slots: int, slot: int, width: int = 1) -> SharedCounters:
    """Row `slot` of `slots` rows of `width` numbers; None for a server of one process.

    Opening clears the row: what a dead process had counted is gone with its connections, so open a slot for the
    process that takes it over, or to clear up after one that has no successor.
    """
    size = slots * width * NUMBER_SIZE
    numbers = memoryview(bytearray(size) if path is None else _map(path, size)).cast(NUMBER)
    counters = SharedCounters(tuple(numbers[row * width : (row + 1) * width] for row in range(slots)), slot)
    counters.clear()
    return counters


def _map(path: Path, size: int) -> mmap.mmap:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.ftruncate(file, size)  # new bytes are zero; on a file that has the size already it changes nothing
        return mmap.mmap(file, size)
    finally:
        os.close(file)


class ConnectionCounter:
    """Open connections of the whole server against their limit.

    Two processes can enter at the same moment, so the limit may be overshot by one less than there are processes.
    """

    def __init__(self, path: Path | None = None, slots: int = 1, slot: int = 0, *, limit: int) -> None:
        self._counters = open_counters(path, slots=slots, slot=slot)
        self._limit = limit

    def enter(self) -> bool:
        """False when the server is full; then there is nothing to leave."""
        if self.total() >= self._limit:
            return False
        self._counters.own[0] += 1
        return True

    def leave(self) -> None:
        self._counters.own[0] -= 1

    def total(self) -> int:
        return sum(row[0] for row in self._counters.rows)
