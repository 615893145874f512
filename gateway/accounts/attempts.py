"""How often an address came with a wrong key, or guessed at a share's access codes, this minute, over all processes of
the server.
"""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.errors import TooManyAttempts
from gateway.shared_counters import open_counters

ALLOWED = 20  # wrong ones a minute: a person who mistypes stays below it
# Two addresses may share a bucket, and then are told 429 instead of 401 a little early; nobody with a right key is
# ever refused. Who guesses is, also when he is right at last, and for that minute whoever shares his bucket: one in
# 4096. 32 kB a process, however many addresses an attacker has.
BUCKETS = 4096


class WrongAttempts:
    def __init__(
        self, path: Path | None = None, slots: int = 1, slot: int = 0, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._counters = open_counters(path, slots=slots, slot=slot, width=BUCKETS + 1)
        self._clock = clock

    def add(self, address: str) -> None:
        """TooManyAttempts when this one is beyond what a minute allows."""
        if self._add(*self._place(address)) > ALLOWED:
            raise TooManyAttempts("too many wrong API keys from this address; try again in a minute")

    @contextmanager
    def guess(self, whose: str) -> Iterator[None]:
        """Around the judging of a secret that can be guessed: counts as a wrong one unless it ends well, and meanwhile,
        so that many at once are no more than one after the other.

        whose: the address, and what it guesses at. TooManyAttempts, right or wrong, beyond what a minute allows.
        """
        minute, bucket = self._place(whose)
        if self._add(minute, bucket) > ALLOWED:
            raise TooManyAttempts("too many wrong ones from this address; try again in a minute")
        yield
        if self._counters.own[0] == minute:
            self._counters.own[bucket] -= 1

    def _add(self, minute: int, bucket: int) -> int:
        """How many they are with this one."""
        self._begin(minute)
        self._counters.own[bucket] += 1
        return self._count(minute, bucket)

    def _place(self, whose: str) -> tuple[int, int]:
        return int(self._clock() / 60), 1 + zlib.crc32(whose.encode()) % BUCKETS

    def _count(self, minute: int, bucket: int) -> int:
        return sum(row[bucket] for row in self._counters.rows if row[0] == minute)

    def _begin(self, minute: int) -> None:
        """A row's first number is the minute that the others belong to."""
        if self._counters.own[0] != minute:
            self._counters.clear()
            self._counters.own[0] = minute
