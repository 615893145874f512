"""What is told with one message: characters of the client's text, and when each is heard."""

from operator import sub

import msgspec


class Spoken(msgspec.Struct, frozen=True, gc=False):
    """Characters and when each begins; each lasts until the next one does, the last until the end of the audio.

    begin, end: of the audio that this is about. Milliseconds of the context's audio.
    """

    characters: list[str]
    starts: list[int]
    begin: int
    end: int

    @property
    def ends(self) -> list[int]:
        return [*self.starts[1:], self.end]

    @property
    def durations(self) -> list[int]:
        return list(map(sub, self.ends, self.starts))

    @property
    def offsets(self) -> list[int]:
        """When each begins, counted from the beginning of this audio."""
        return [start - self.begin for start in self.starts]
