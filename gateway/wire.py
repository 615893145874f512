"""One client's connection, as a transport gives it to the runner."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

from gateway.dialects import Close


class Wire(Protocol):
    def frames(self) -> AsyncIterator[Any]:
        """What the client sends, until it is gone. Raises SpeechError for what no dialect should see."""

    async def send(self, frame: Any) -> None:
        """Waits while the client does not read. Raises ConnectionError when it is gone."""

    async def close(self, close: Close) -> None:
        """Says goodbye; the frames end."""

    def abort(self) -> None:
        """Drops the connection at once; the frames end."""
