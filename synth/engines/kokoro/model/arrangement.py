"""Which rows go through the network together. Pure.

Rows of like length: a short one must not pad to a long one. Widths are rounded up so that few shapes occur, each of
which a graphics card can record once and replay.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrangement:
    """max_rows: in one group; max_steps: rows times width of one; spare: share of a group that may be padding;
    multiple: of which widths are; packed: sentences of a group stand in one row, behind one another; ahead: groups that
    are begun before the audio of one is waited for, which only a device that computes by itself makes good use of.
    """

    max_rows: int = 1
    max_steps: int = 16_384
    spare: float = 0.2
    multiple: int = 1
    packed: bool = False
    ahead: int = 0

    def width(self, length: int) -> int:
        return -(-length // self.multiple) * self.multiple

    def split(self, lengths: Sequence[int]) -> list[list[int]]:
        """Indices in groups, the longest first."""
        groups: list[list[int]] = []
        for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
            if groups and self._fits(lengths[index], [lengths[other] for other in groups[-1]]):
                groups[-1].append(index)
            else:
                groups.append([index])
        return groups

    def _fits(self, length: int, group: Sequence[int]) -> bool:
        if len(group) == self.max_rows:
            return False
        useful = sum(group) + length
        if self.packed:
            return useful <= self.max_steps
        area = (len(group) + 1) * self.width(group[0])
        return area <= self.max_steps and useful >= (1 - self.spare) * area


ALONE = Arrangement()
# One network for all below a card's limits: eight mixed sentences in two or three groups. While the host hands on what
# one group said, the card has another.
TOGETHER = Arrangement(max_rows=32, multiple=16, ahead=1)
