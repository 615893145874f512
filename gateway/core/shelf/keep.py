"""What an order leaves as it is."""

from enum import Enum


class Keep(Enum):
    KEEP = "keep"


KEEP = Keep.KEEP
