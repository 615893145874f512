"""Shapes that a card has recorded, and which of them a batch goes through. Pure.

Recording pays where giving the card its work takes longer than doing it. By arithmetic (nothing of this has been
measured on a card): the second half of the network is some 1,600 steps, some 1,000 with the fused kernels, of 6 us each
when they are given one by one and 1.7 us replayed; a frame takes 6 us in 16 bits. So up to some 1,000 to 1,600 frames a
card waits for its host, beyond them it does not and nothing is to be won. Padding is free where even the replayed steps
take longer than the frames.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """width: tokens or frames of each row."""

    rows: int
    width: int

    @property
    def area(self) -> int:
        return self.rows * self.width


@dataclass(frozen=True, slots=True)
class Buckets:
    """rows, widths: rising; largest: area that is recorded; free: area up to which padding costs nothing; spare: how
    many times what is needed a larger one may be.
    """

    widths: tuple[int, ...]
    largest: int
    rows: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    free: int = 256
    spare: float = 1.6

    def all(self) -> list[Bucket]:
        """The largest first: what it needs in memory the others then share."""
        every = [Bucket(rows, width) for rows in self.rows for width in self.widths]
        return sorted((each for each in every if each.area <= self.largest), key=lambda each: -each.area)

    def choose(self, rows: int, width: int) -> Bucket | None:
        """The smallest that has room. None: there is none, or one so much larger that to go step by step is faster."""
        fitting = [each for each in self.all() if each.rows >= rows and each.width >= width]
        if not fitting:
            return None
        best = min(fitting, key=lambda each: (each.area, each.rows))
        return best if best.area <= max(self.free, self.spare * rows * width) else None


READING = Buckets(widths=(16, 32, 64, 128, 256, 512), largest=2048, free=2048)  # short work, many steps
SOUND = Buckets(widths=(32, 48, 64, 96, 128, 192, 256, 384, 512), largest=1024)
