"""A job's audio on its way into the store.

It goes to two places: the file itself, which is there when the job is completed, and parts beside it, which others can
read meanwhile, as far as the job's row tells of them. The first part comes early, later ones more and more seldom: a
book of ten hours' work has some thousands.
"""

import time
from collections.abc import Callable

from gateway.jobs.job import UNHEARD, Heard
from gateway.library.store import AudioStore

FIRST_PART, LONGEST_PART = 0.5, 10.0  # seconds of work
LARGEST_PART = 4 * 1024 * 1024  # bytes


def part_of(folder: str, number: int) -> str:
    """folder: of the attempt."""
    return f"{folder}/parts/{number:06}"


class Recorder:
    """shared: what of it is in parts."""

    def __init__(self, store: AudioStore, folder: str, file: str, clock: Callable[[], float] = time.monotonic) -> None:
        """folder: of the attempt."""
        self.path = f"{folder}/{file}"
        self.shared = UNHEARD
        self._store = store
        self._folder = folder
        self._writer = store.open_writer(self.path)
        self._clock = clock
        self._part: list[bytes] = []
        self._part_size = 0
        self._part_since = self._clock()

    @property
    def size(self) -> int:
        return self._writer.size

    async def write(self, audio: bytes) -> None:
        """Raises what the store raises (FAILURES)."""
        await self._writer.write(audio)
        self._part.append(audio)
        self._part_size += len(audio)

    async def share(self, characters: int, seconds: float) -> bool:
        """Makes what came since the last part a part, if it is time. Whether there is one.

        characters, seconds: so much is in what was written.
        """
        waited = self._clock() - self._part_since
        # A whole number is compared, however large it grows: as a float it is too large from 1,024 parts on.
        wanted = FIRST_PART * min(LONGEST_PART / FIRST_PART, 2**self.shared.parts)
        if self._part_size < LARGEST_PART and waited < wanted:
            return False
        await self._store.put(part_of(self._folder, self.shared.parts), b"".join(self._part))
        self._part, self._part_size = [], 0
        self.shared = Heard(self.shared.parts + 1, characters, seconds)
        self._part_since = self._clock()
        return True

    async def finish(self, head: bytes = b"") -> None:
        """head: what the file begins with, instead of as many bytes of what was written. Who has listened to the parts
        goes on in the file at the byte where they end.
        """
        await self._writer.finish(head)

    async def tidy(self) -> None:
        """The file is there, so its parts need not be."""
        if self.shared.parts:
            await self._store.delete(f"{self._folder}/parts")

    async def abandon(self) -> None:
        """Nothing of it is left."""
        self._writer.abandon()
        await self._store.delete(self._folder)
