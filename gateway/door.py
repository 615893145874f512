"""Who may come in, and for how much: asked by every transport before a session begins."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.accounts.allowance import Allowance
from gateway.accounts.authenticator import ANONYMOUS, Authenticator, Credentials, Identity
from gateway.accounts.plans import Scope
from gateway.accounts.rates import Window
from gateway.core.events import Usage
from gateway.database.charging import Charge
from gateway.dialects import Dialect
from gateway.errors import (
    Draining,
    KeysUnavailable,
    SpeechError,
    TooManyAtOnce,
    TooManyConnections,
    Unauthenticated,
)
from gateway.porch import Porch
from gateway.runner import Runner
from gateway.shared_counters import ConnectionCounter
from gateway.wire import Wire

CHECK_EVERY = 1.0  # seconds; a key that was revoked is out within 5, of which the key store may believe 3


def _unheard(_window: Window) -> None:
    """Most transports have no place for it."""


@dataclass(slots=True)
class Visit:
    """Somebody who was let in."""

    identity: Identity
    door: "Door"
    _reserved: int = 0  # characters
    _audible: bool = False

    @property
    def account(self) -> str:
        """Whose jobs and webhooks are the visitor's: a key's; on a server without keys all belong to nobody."""
        return self.identity.key_id or ""

    async def reserve(self, characters: int) -> None:
        """For a text that is known whole, before it is spoken. Raises TextTooLong, QuotaExceeded, ..."""
        await self.door.allowance.reserve(self.identity, characters)
        self._reserved = characters

    async def admit(self, scope: Scope, counted: Callable[[Window], None]) -> None:
        """Counts one request of somebody who was let in for none, whose text is paid with `charge`. Raises Forbidden,
        RateLimited, LimitsUnavailable.
        """
        await self.door.allowance.admit(self.identity, scope, counted, charged=True)

    def charge(self, characters: int) -> Charge:
        """For a text whose place in the database is made at the same moment. Raises what `reserve` raises."""
        return self.door.allowance.charge(self.identity, characters)

    async def converse(self, wire: Wire, dialect: Dialect[Any, Any]) -> None:
        """Runs the session; what it speaks is accounted to the visitor. What was reserved is given back when nothing
        of it was spoken.
        """
        try:
            await self.door.runner.run_session(wire, dialect, self._spend)
        finally:
            if self._reserved and not self._audible:
                self.door.allowance.spend(self.identity, -self._reserved, 0.0)

    def _spend(self, usage: Usage) -> None:
        self._audible = self._audible or usage.audio_seconds > 0
        characters = 0 if self._reserved else usage.characters
        self.door.allowance.spend(self.identity, characters, usage.audio_seconds)


@dataclass(frozen=True, slots=True)
class Door:
    authenticator: Authenticator
    allowance: Allowance
    connections: ConnectionCounter
    runner: Runner
    porch: Porch = field(default_factory=Porch)
    _inside: dict[asyncio.Task[Any], Identity] = field(default_factory=dict)
    _at_once: Counter[str] = field(default_factory=Counter)  # visits, by owner

    def enter_keyless(self, *, rated: bool = True) -> AbstractAsyncContextManager[Visit]:
        """For a protocol that has no keys; whoever lets others reach its port has let them in."""
        return self._enter(None, Scope.GENERATE, _unheard, charged=False, rated=rated)

    def enter(
        self,
        credentials: Credentials,
        scope: Scope | None = Scope.GENERATE,
        counted: Callable[[Window], None] = _unheard,
        *,
        charged: bool = False,
        rated: bool = True,
    ) -> AbstractAsyncContextManager[Visit]:
        """Counts the connection while it is open. Raises Unauthenticated, Forbidden, RateLimited, QuotaExceeded,
        TooManyAtOnce, TooManyConnections, Draining, ...

        scope: what is asked for; None: what needs no right and does not count, or is asked for with `Visit.admit`.
        counted: hears of the rate's window, if the visitor's plan has one. charged: what is asked for is paid with
        `Visit.charge`, so nobody is turned away yet whose month is used: a request that is repeated costs nothing.
        rated: it counts in the plan's rates, which what was asked for and counted before does not again.
        """
        return self._enter(credentials, scope, counted, charged=charged, rated=rated)

    @asynccontextmanager
    async def _enter(
        self,
        credentials: Credentials | None,
        scope: Scope | None,
        counted: Callable[[Window], None],
        *,
        charged: bool,
        rated: bool,
    ) -> AsyncIterator[Visit]:
        try:
            identity = await self._admit(credentials, scope, counted, charged=charged, rated=rated)
        except SpeechError as error:
            self.runner.metrics.rejected_total.labels(error.reason).inc()
            raise
        task = asyncio.current_task()
        assert task is not None, "asked by a transport's handler"
        self._inside[task] = identity
        try:
            yield Visit(identity, self)
        finally:
            self._inside.pop(task, None)
            self._leave(identity)

    async def needs_key(self, credentials: Credentials) -> bool:
        """Whether `enter` would refuse for want of a key. Raises KeysUnavailable."""
        return await self.authenticator.needs_key(credentials)

    async def watch(self) -> None:
        """Ends what is going on in the name of keys that were revoked; runs until cancelled."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            revoked = [identity for identity in set(self._inside.values()) if not await self._may_stay(identity)]
            for task, identity in list(self._inside.items()):
                if identity in revoked:
                    self._expel(task)

    def _expel(self, task: asyncio.Task[Any]) -> None:
        """A session says why it ends; what else somebody waits for or listens to just ends."""
        if not self.runner.expel(task, Unauthenticated("this API key was revoked")):
            del self._inside[task]  # it is told once
            task.cancel()

    async def _may_stay(self, identity: Identity) -> bool:
        """Whom the database cannot be asked about stays; it is asked again in a moment."""
        try:
            return await self.authenticator.is_active(identity)
        except KeysUnavailable:
            return True

    async def _admit(
        self,
        credentials: Credentials | None,
        scope: Scope | None,
        counted: Callable[[Window], None],
        *,
        charged: bool,
        rated: bool,
    ) -> Identity:
        if self.runner.draining:
            raise Draining("this server is going away; connect again")
        identity = ANONYMOUS if credentials is None else await self.authenticator.authenticate(credentials)
        if scope is not None:
            await self.allowance.admit(identity, scope, counted, charged=charged, rated=rated)
        most = self.allowance.plan(identity).concurrent
        if most and self._at_once[identity.owner] >= most:
            raise TooManyAtOnce(f"this API key may have {most} requests at once")
        if not self.connections.enter():
            raise TooManyConnections("the server has as many connections as it may have; try again later")
        self._at_once[identity.owner] += 1
        return identity

    def _leave(self, identity: Identity) -> None:
        self.connections.leave()
        self._at_once[identity.owner] -= 1
        if not self._at_once[identity.owner]:
            del self._at_once[identity.owner]
