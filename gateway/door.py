"""Who may come in: asked by every transport before a session begins."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.accounts.authenticator import ANONYMOUS, Authenticator, Credentials, Identity
from gateway.errors import Draining, KeysUnavailable, SpeechError, TooManyConnections, Unauthenticated
from gateway.metrics import Metrics
from gateway.runner import Runner
from gateway.shared_counters import ConnectionCounter

CHECK_EVERY = 1.0  # seconds; a key that was revoked is out within 5, of which the key store may believe 3


@dataclass(frozen=True, slots=True)
class Door:
    authenticator: Authenticator
    connections: ConnectionCounter
    runner: Runner
    metrics: Metrics
    _inside: dict[asyncio.Task[Any], Identity] = field(default_factory=dict)

    def enter_keyless(self) -> AbstractAsyncContextManager[Identity]:
        """For a protocol that has no keys; whoever lets others reach its port has let them in."""
        return self._enter(None)

    def enter(self, credentials: Credentials) -> AbstractAsyncContextManager[Identity]:
        """Counts the connection while it is open. Raises Unauthenticated, TooManyConnections, Draining, ..."""
        return self._enter(credentials)

    @asynccontextmanager
    async def _enter(self, credentials: Credentials | None) -> AsyncIterator[Identity]:
        try:
            identity = await self._admit(credentials)
        except SpeechError as error:
            self.metrics.rejected_total.labels(error.reason).inc()
            raise
        task = asyncio.current_task()
        assert task is not None, "asked by a transport's handler"
        self._inside[task] = identity
        try:
            yield identity
        finally:
            del self._inside[task]
            self.connections.leave()

    async def needs_key(self, credentials: Credentials) -> bool:
        """Whether `enter` would refuse for want of a key. Raises KeysUnavailable."""
        return await self.authenticator.needs_key(credentials)

    async def watch(self) -> None:
        """Ends the sessions of keys that were revoked; runs until cancelled."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            revoked = [identity for identity in set(self._inside.values()) if not await self._may_stay(identity)]
            for task, identity in list(self._inside.items()):
                if identity in revoked:
                    self.runner.expel(task, Unauthenticated("this API key was revoked"))

    async def _may_stay(self, identity: Identity) -> bool:
        """Whom the database cannot be asked about stays; it is asked again in a moment."""
        try:
            return await self.authenticator.is_active(identity)
        except KeysUnavailable:
            return True

    async def _admit(self, credentials: Credentials | None) -> Identity:
        if self.runner.draining:
            raise Draining("this server is going away; connect again")
        identity = ANONYMOUS if credentials is None else await self.authenticator.authenticate(credentials)
        if not self.connections.enter():
            raise TooManyConnections("the server has as many connections as it may have; try again later")
        return identity
