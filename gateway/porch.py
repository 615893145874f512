"""Where connections stand that have come in without a key and are to show one with their first message.

They cost memory and nobody knows whose they are, so there is room for a number of them. When it is full the one that
has stood for longest makes room: whoever has a key shows it at once, and nobody keeps the others out by standing there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from gateway.errors import TooManyConnections

PLACES = 1000  # 27 KiB each; more than come between two round trips when all clients of a server connect again


class Porch:
    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._standing: dict[asyncio.Timeout, None] = {}  # the one that has stood for longest first

    def __len__(self) -> int:
        return len(self._standing)

    @asynccontextmanager
    async def stand(self) -> AsyncIterator[Callable[[], None]]:
        """A place, until what is given is called: the connection is inside. Raises TooManyConnections when others need
        the place.
        """
        if len(self._standing) >= self._places:
            self._send_away(next(iter(self._standing)))
        place = asyncio.timeout(None)
        try:
            async with place:
                self._standing[place] = None
                try:
                    yield partial(self._let_in, place)
                finally:
                    self._standing.pop(place, None)
        except TimeoutError as error:
            if not place.expired():
                raise
            message = "too many connections wait without a key; show it at the upgrade, or at once in the first message"
            raise TooManyConnections(message) from error

    def _send_away(self, place: asyncio.Timeout) -> None:
        del self._standing[place]
        place.reschedule(asyncio.get_running_loop().time())

    def _let_in(self, place: asyncio.Timeout) -> None:
        """Also who was to be sent away in this turn of the loop."""
        self._standing.pop(place, None)
        place.reschedule(None)
