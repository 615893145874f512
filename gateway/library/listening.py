"""What somebody who has a share's link may do: open it, show an access code, listen."""

import math
import time
from collections.abc import Callable

from gateway.core.shelf.facts import Share
from gateway.database.writing import Writing
from gateway.library.access import Access
from gateway.library.answering import answering
from gateway.library.plays import Plays
from gateway.library.secrets import TICKET_LIFE, Tickets
from gateway.library.shares import ShareRecords


class Listening:
    def __init__(self, writing: Writing, tickets: Tickets, clock: Callable[[], float] = time.time) -> None:
        self._shares = ShareRecords(writing, clock)
        self._access = Access(writing, clock)
        self._tickets = tickets
        self._clock = clock
        self.plays = Plays(self._shares)

    async def open(self, code: str) -> Share:
        """Raises UnknownShare, whyever it leads nowhere."""
        with answering():
            return await self._shares.find_live(code)

    async def redeem(self, share: Share, typed: str) -> str:
        """A ticket, for a browser to keep. Raises WrongAccessCode."""
        with answering():
            code = await self._access.redeem(share.code, typed)
        until = min(self._clock() + TICKET_LIFE, code.expires_at or math.inf)
        return self._tickets.sign(share.code, code.id, until)

    async def may_listen(self, share: Share, ticket: str) -> bool:
        if not share.protected:
            return True
        access_code_id = self._tickets.check(share.code, ticket, self._clock())
        if access_code_id is None:
            return False
        with answering():
            return await self._access.is_good(share.code, access_code_id)
