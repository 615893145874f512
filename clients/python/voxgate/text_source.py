"""The text to say: from the command line, a file, or a pipe that is still being written."""

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from voxgate.options import UsageError

BLOCK = 64 * 1024  # bytes, what a pipe holds on Linux
STDIN = 0

# A gateway takes so much unspoken text and no more (500,000 characters by default): long texts wait for their turn.
PART = 50_000  # characters between two flushes
PARTS_AHEAD = 4


def text_source(text: str | None, file: Path | None) -> AsyncIterator[str]:
    """Raises UsageError when there is nothing to say, or two things."""
    if text and text.startswith("-") and text != "-" and " " not in text:
        raise UsageError(f"unknown option {text}; to have it said, send it through a pipe")
    if text is not None and file:
        raise UsageError("a text or --file, not both")
    if file and str(file) != "-":
        return _from_file(file)
    if text is not None and text != "-":
        return _whole(text)
    if text is None and not file and sys.stdin.isatty():
        raise UsageError("nothing to say: give a text, --file FILE, or a pipe")
    return _decoded(_from_descriptor(STDIN), "standard input")


class Pace:
    """Cuts a long text into flushes, at blank lines, and lets it run no more than a few flushes ahead of the voice."""

    def __init__(self) -> None:
        self._ahead = asyncio.Semaphore(PARTS_AHEAD)

    async def keep(self, text: AsyncIterator[str], flush: Callable[[], Awaitable[object]]) -> AsyncIterator[str]:
        sent = 0
        async for piece in text:
            head, blank_line, rest = piece.rpartition("\n\n")
            sent += len(piece)
            if sent < PART or not blank_line:
                yield piece
                continue
            yield head + blank_line
            await self._ahead.acquire()
            await flush()
            sent = len(rest)
            yield rest

    def spoken(self) -> None:
        """A flush is done."""
        self._ahead.release()


async def _whole(text: str) -> AsyncIterator[str]:
    yield text


def _from_file(file: Path) -> AsyncIterator[str]:
    try:
        blocks = file.open("rb")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error

    async def read() -> AsyncIterator[bytes]:
        with blocks:
            while block := blocks.read(BLOCK):
                yield block

    return _decoded(read(), str(file))


async def _decoded(blocks: AsyncIterator[bytes], name: str) -> AsyncIterator[str]:
    """A character that is cut between two blocks waits for the rest of it."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        async for block in blocks:
            if text := decoder.decode(block):
                yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8: {error.reason}") from error


async def _from_descriptor(descriptor: int) -> AsyncIterator[bytes]:
    """What comes, as it comes."""
    # A thread reads, since event loops cannot wait for a plain file; a daemon, since Ctrl-C should not wait for a
    # pipe that stays open.
    blocks: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(16)
    loop = asyncio.get_running_loop()

    def read() -> None:
        for block in _blocks(descriptor):
            room.acquire()
            loop.call_soon_threadsafe(blocks.put_nowait, block)

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while block := await blocks.get():
        room.release()
        yield block


def _blocks(descriptor: int) -> Iterator[bytes]:
    """Ends with an empty one."""
    block = b" "
    while block:
        block = os.read(descriptor, BLOCK)
        yield block
