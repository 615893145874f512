"""Signs of life of a site's gateway processes: each says every second that its event loop goes round.

By datagrams, for which a process waits neither on its parent nor on a disk. The parent counts how often it asked in
vain and looks at no clock: a machine that was stopped, or has no time for anybody, gives it no reason to kill.
"""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

EVERY = 1.0  # seconds
LONGEST = 16  # bytes of a sign: a slot's number


class Heartbeats:
    """The parent's side."""

    def __init__(self, path: Path) -> None:
        self._socket = _socket()
        self._socket.bind(str(path))
        self._heard: set[bytes] = set()

    async def heard(self, slot: int) -> bool:
        """Whether it has given a sign since it was last asked about."""
        self._listen()
        alive = _sign(slot) in self._heard
        self._heard.discard(_sign(slot))
        return alive

    def forget(self, slot: int) -> None:
        """What it said before it died is no sign of the process that takes its place."""
        self._listen()
        self._heard.discard(_sign(slot))

    def _listen(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self._heard.add(self._socket.recv(LONGEST))

    def close(self) -> None:
        self._socket.close()


async def beat(path: Path, slot: int) -> None:
    """A process's side, until it is cancelled."""
    with _socket() as signs:
        while True:
            with suppress(OSError):  # the parent is slow, and has enough signs that it has not read; or it is gone
                signs.sendto(_sign(slot), str(path))
            await asyncio.sleep(EVERY)


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.settimeout(0)  # it waits for nothing
    return made


def _sign(slot: int) -> bytes:
    return str(slot).encode()
