"""A file on its way into a store, piece by piece. What it begins with may be known only at its end.

Up to a part of it is held here until it is finished, and so begins as it should. What is larger is on its way by then.
In a folder its beginning is written again, in place, before anybody is told of it. A bucket changes nothing in place:
there the file is written once more, out of itself, and takes the place of the first one as a whole.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

import obstore
from obstore.store import ObjectStore

# S3 takes no part below 5 MiB but the last, and 10,000 of them: 50 GB for one file.
PART = 5 * 1024 * 1024
UNDER_WAY = 2  # parts of a file
# Bytes that a bucket is asked for at a time: with a part's the gateway grew by up to 127 MiB, with these by 37.
PIECE = 1024 * 1024


class Writer:
    """`write`, then `finish` or `abandon`. size: bytes so far."""

    def __init__(self, store: ObjectStore, path: str, attributes: dict[str, str] | None, root: Path | None) -> None:
        """root: the store's folder, if it is a local one."""
        self.size = 0
        self._store = store
        self._path = path
        self._attributes = attributes
        self._root = root
        self._held = bytearray()
        self._upload: Any = None

    async def write(self, audio: bytes) -> None:
        self.size += len(audio)
        if self._upload is not None:
            await self._upload.write(audio)
            return
        self._held += audio
        if self.size > PART:
            held, self._held = bytes(self._held), bytearray()
            self._upload = self._open()
            await self._upload.write(held)

    async def finish(self, head: bytes = b"") -> None:
        """It is there, and stays there when the power goes. head: instead of as many bytes at its beginning."""
        if self._upload is None:
            self._held[: len(head)] = head
            await obstore.put_async(self._store, self._path, bytes(self._held), attributes=self._attributes)
        else:
            await self._upload.close()
            if head:
                await self._begin_with(head)
        if self._root is not None:
            await asyncio.to_thread(_sync, self._root / self._path, self._root)

    def abandon(self) -> None:
        """Nothing of it is ever seen: a writer that is dropped takes back what it has sent."""
        self._held.clear()
        self._upload = None

    def _open(self) -> Any:
        return obstore.open_writer_async(
            self._store, self._path, attributes=self._attributes, buffer_size=PART, max_concurrency=UNDER_WAY
        )

    async def _begin_with(self, head: bytes) -> None:
        """A bucket is asked for some at a time: a request has its bound, and hours of audio take longer."""
        if self._root is not None:
            await asyncio.to_thread(_overwrite, self._root / self._path, head)
            return
        again = self._open()
        await again.write(head)
        for start in range(len(head), self.size, PIECE):
            end = min(start + PIECE, self.size)
            await again.write(await obstore.get_range_async(self._store, self._path, start=start, end=end))
        await again.close()


def _overwrite(file: Path, head: bytes) -> None:
    with file.open("r+b") as written:
        written.write(head)


def _sync(file: Path, root: Path) -> None:
    """With every folder that may be new: each is an entry of the one above."""
    for path in (file, *(folder for folder in file.parents if folder.is_relative_to(root))):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
