"""Who may come in: asked by every transport before a session begins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.accounts.authenticator import Authenticator, Credentials, Identity
from gateway.errors import Draining, SpeechError, TooManyConnections
from gateway.metrics import Metrics
from gateway.runner import Runner
from gateway.shared_counters import ConnectionCounter


@dataclass(frozen=True, slots=True)
class Door:
    authenticator: Authenticator
    connections: ConnectionCounter
    runner: Runner
    metrics: Metrics

    @asynccontextmanager
    async def enter(self, credentials: Credentials) -> AsyncIterator[Identity]:
        """Counts the connection while it is open. Raises Unauthenticated, TooManyConnections, Draining, ..."""
        try:
            identity = await self._admit(credentials)
        except SpeechError as error:
            self.metrics.rejected_total.labels(error.reason).inc()
            raise
        try:
            yield identity
        finally:
            self.connections.leave()

    async def _admit(self, credentials: Credentials) -> Identity:
        if self.runner.draining:
            raise Draining("this server is going away; connect again")
        identity = await self.authenticator.authenticate(credentials)
        if not self.connections.enter():
            raise TooManyConnections("the server has as many connections as it may have; try again later")
        return identity
