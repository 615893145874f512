"""Where the audio of `voxgate say` goes."""

import asyncio
import contextlib
import os
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import BinaryIO, Protocol

WAV_LENGTHS_WITHIN = 128  # bytes; the header of a stream of unknown length is 44
STDOUT = 1


class SinkError(Exception):
    """The audio cannot be put where it should go."""


class Sink(Protocol):
    async def write(self, audio: bytes) -> None:
        """Raises SinkError."""

    async def finish(self) -> None:
        """After the last audio: waits until it is where it should be. Raises SinkError."""

    async def aclose(self) -> None:
        """At the end of all, also of a failure: what was written before it stays."""


class FileSink:
    """The file appears with the first audio."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    async def write(self, audio: bytes) -> None:
        try:
            self._file = self._file or self._path.open("wb+")
            self._file.write(audio)
        except OSError as error:
            raise SinkError(f"cannot write {self._path}: {error.strerror}") from error

    async def finish(self) -> None:
        """Nothing is held back."""

    async def aclose(self) -> None:
        if self._file:
            with self._file:
                _fill_in_wav_lengths(self._file)


class StdoutSink:
    """Waits for a slow reader without keeping the event loop from its work."""

    def __init__(self) -> None:
        self._blocking = os.get_blocking(STDOUT)
        os.set_blocking(STDOUT, False)

    async def write(self, audio: bytes) -> None:
        rest = memoryview(audio)
        while rest:
            try:
                rest = rest[os.write(STDOUT, rest) :]
            except BlockingIOError:
                await _writable(STDOUT)
            except BrokenPipeError as error:
                raise SinkError("nobody reads standard output any more") from error
            except OSError as error:
                raise SinkError(f"cannot write to standard output: {error.strerror}") from error

    async def finish(self) -> None:
        """Nothing is held back."""

    async def aclose(self) -> None:
        os.set_blocking(STDOUT, self._blocking)  # others may write to the same pipe after us


class PlayerSink:
    """A player that reads the audio from a pipe."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._process: Process | None = None

    async def write(self, audio: bytes) -> None:
        process = self._process = self._process or await asyncio.create_subprocess_exec(*self._command, stdin=PIPE)
        assert process.stdin
        try:
            process.stdin.write(audio)
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise SinkError(f"{self._command[0]} has ended") from error

    async def finish(self) -> None:
        """Waits until all is played. Raises SinkError when the player failed."""
        if not self._process:
            return
        assert self._process.stdin
        self._process.stdin.close()
        if await self._process.wait():
            raise SinkError(f"{self._command[0]} failed with exit status {self._process.returncode}")

    async def aclose(self) -> None:
        if self._process and self._process.returncode is None:  # interrupted: silence at once
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def _writable(descriptor: int) -> None:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_writer(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(descriptor)


def _fill_in_wav_lengths(file: BinaryIO) -> None:
    """A stream's WAV header cannot know how long it gets; a file's should, as many programs believe it."""
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(WAV_LENGTHS_WITHIN)
    data = head.find(b"data")
    if head[:4] == b"RIFF" and data > 0:
        for position, length in ((4, end - 8), (data + 4, end - data - 8)):
            file.seek(position)
            file.write(min(length, 0xFFFFFFFF).to_bytes(4, "little"))
