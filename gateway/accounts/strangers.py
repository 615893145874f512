"""Who may come without a key to a server that has keys: under a plan, counted by address.

Addresses share 4,096 buckets, so that no attacker's addresses fill our memory: two strangers may share a day's
characters and a minute's requests, nobody has more of them by it. The buckets are dealt anew each day.
"""

import time
import zlib
from collections.abc import Callable
from pathlib import Path

from gateway.accounts.addresses import household
from gateway.errors import Quota, QuotaExceeded
from gateway.shared_counters import open_counters

BUCKETS = 4096
DAY = 86_400.0  # seconds


class Strangers:
    """plan: the name of theirs. characters: of a day, of one address; 0: no bound."""

    def __init__(
        self,
        plan: str,
        characters: int,
        path: Path | None = None,
        slots: int = 1,
        slot: int = 0,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.plan = plan
        self._most = characters
        self._counters = open_counters(path, slots=slots, slot=slot, width=BUCKETS + 1)
        self._clock = clock

    def bucket(self, address: str) -> int:
        """Which is theirs today; from 1 on."""
        return 1 + zlib.crc32(f"{self._today()} {household(address)}".encode()) % BUCKETS

    def take(self, bucket: int, characters: int) -> None:
        """Raises QuotaExceeded when the day has not so many left."""
        self.check(bucket, characters)
        self.spend(bucket, characters)

    def check(self, bucket: int, characters: int = 0) -> None:
        """characters: 0: of a text that is not counted yet, which has one at least. Raises QuotaExceeded."""
        if self._most and (used := self._used(bucket)) + max(1, characters) > self._most:
            message = f"without an API key there are {self._most} characters a day; come back tomorrow"
            raise QuotaExceeded(message, Quota("characters", self._most, used, characters))

    def spend(self, bucket: int, characters: int) -> None:
        """characters: below zero to give back."""
        self._begin()
        self._counters.own[bucket] += characters

    def _used(self, bucket: int) -> int:
        today = self._today()
        return sum(row[bucket] for row in self._counters.rows if row[0] == today)

    def _begin(self) -> None:
        """A row's first number is the day that the others belong to."""
        if self._counters.own[0] != self._today():
            self._counters.clear()
            self._counters.own[0] = self._today()

    def _today(self) -> int:
        return int(self._clock() / DAY)
