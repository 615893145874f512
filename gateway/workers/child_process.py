"""One operating system process that dies with us."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress


class ChildProcess:
    """A command in a session of its own: a terminal's Ctrl-C reaches us alone, and we end our children in order.

    Its stdin is a pipe that nobody writes to. When we die, however we die, the child reads the end of it and exits.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, argv: Sequence[str]) -> "ChildProcess":
        """Raises OSError when the command cannot be started."""
        return cls(await asyncio.create_subprocess_exec(*argv, stdin=PIPE, start_new_session=True))

    async def ended(self) -> int:
        """Its exit status."""
        return await self._process.wait()

    async def terminate(self, grace: float) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self.ended()
        await self.kill()

    async def kill(self) -> None:
        """SIGKILL to the process and to all that it started."""
        self.kill_now()
        await self.ended()

    def kill_now(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
