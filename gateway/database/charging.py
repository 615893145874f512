"""What something costs that is made in the database: taken in the transaction that makes it, so that neither is without
the other, and given back in the one that ends it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Charged:
    """So many characters of a month, `2026-11`; nothing of no month is nothing."""

    characters: int = 0
    month: str = ""


Charge = Callable[[AsyncConnection], Awaitable[Charged]]


async def free(_connection: AsyncConnection) -> Charged:
    """Costs nothing."""
    return Charged()
