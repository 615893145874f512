"""How whoever asks at a hosted API's path is let in, and what is known of the request then."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from aiohttp import web

from gateway.accounts.plans import Scope
from gateway.core.voices import VoiceCatalog
from gateway.dialects.surface import Refusal, Request, Settings
from gateway.door import Door, Visit
from gateway.errors import SpeechError
from gateway.transports.request import credentials_of, described, id_of, note_window, refuse

Refuse = Callable[[SpeechError, str], Refusal]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was let in. asked: as dialects know it."""

    visit: Visit
    asked: Request
    request: web.Request

    def absolute(self, link: str) -> str:
        return f"{self.asked.origin}{link}" if link.startswith("/") else link


Answer = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Reception:
    door: Door
    catalog: Callable[[], VoiceCatalog]
    settings: Settings

    async def let_in(
        self, refusal_of: Refuse, scope: Scope, answer: Answer, request: web.Request, *, rated: bool = True
    ) -> web.StreamResponse:
        """What is asked for is paid with `Visit.charge`. rated: it counts in the plan's rates."""
        counted = note_window(request)
        entering = self.door.enter(credentials_of(request), scope, counted, charged=True, rated=rated)
        return await self._answer(refusal_of, answer, request, entering)

    async def let_anyone_in(self, refusal_of: Refuse, answer: Answer, request: web.Request) -> web.StreamResponse:
        """For what the vendor tells without a key. It counts in nobody's rates."""
        return await self._answer(refusal_of, answer, request, self.door.enter_keyless(rated=False))

    async def _answer(
        self, refusal_of: Refuse, answer: Answer, request: web.Request, entering: AbstractAsyncContextManager[Visit]
    ) -> web.StreamResponse:
        try:
            async with entering as visit:
                return await answer(Call(visit, described(request, self.catalog(), self.settings), request))
        except SpeechError as error:
            return refuse(request, error, lambda error: refusal_of(error, id_of(request)))
