"""Where audio is kept: a local folder, or a bucket by its URL (s3://, gs://, az://), through obstore.

What is written becomes visible whole or not at all. Memory is bounded whatever the size. Paths are ours: `jobs/...`.
What a store says when it cannot is one of FAILURES; what is not there is FileNotFoundError.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, ObjectStore, S3Store, from_url

from gateway.config import ConfigError
from gateway.library.folders import Folder, grouped, walk_locally
from gateway.library.links import Links
from gateway.library.writer import Writer

CHUNK = 256 * 1024  # bytes that a reader is given at a time

FAILURES = (BaseError, OSError)

# By the end of a path's name.
CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "ogg": "audio/ogg",
        "mp3": "audio/mpeg",
        "wav": "audio/wav",
        "flac": "audio/flac",
        "m4a": "audio/mp4",
        "aac": "audio/aac",
        "pcm": "audio/pcm",
        "mulaw": "audio/basic",
        "alaw": "audio/x-alaw-basic",
    }
)


def content_type_of(path: str) -> str:
    return CONTENT_TYPES.get(path.rpartition(".")[2], "application/octet-stream")


class AudioStore:
    def __init__(self, store: ObjectStore, links: Links, clock: Callable[[], float] = time.time) -> None:
        self.links = links
        self._store = store
        self._clock = clock
        self._folder = Path(store.prefix) if isinstance(store, LocalStore) and store.prefix else None

    def open_writer(self, path: str) -> Writer:
        """A file that is written piece by piece."""
        return Writer(self._store, path, self._attributes(path), self._folder)

    async def put(self, path: str, audio: bytes) -> None:
        await obstore.put_async(self._store, path, audio, attributes=self._attributes(path))

    async def size(self, path: str) -> int:
        return (await obstore.head_async(self._store, path))["size"]

    async def get(self, path: str) -> bytes:
        """What is small."""
        return bytes(await (await obstore.get_async(self._store, path)).bytes_async())

    async def read(self, path: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` on, before `end`; nothing where there are none."""
        size = await self.size(path)
        end = size if end is None else min(end, size)
        if start >= end:
            return
        got = await obstore.get_async(self._store, path, options={"range": (start, end)})
        async for chunk in got.stream(min_chunk_size=CHUNK):
            yield bytes(chunk)

    async def list(self, prefix: str) -> list[str]:
        return [entry["path"] async for page in obstore.list(self._store, prefix) for entry in page]

    async def walk(self, prefix: str, batch: int) -> AsyncIterator[Sequence[Folder]]:
        """The folders below a folder of ours, some at a time, with all that lies in each: in a local one also what a
        process that was killed left half written. A big one may come in two parts. Memory is bounded.
        """
        if self._folder is not None:
            async for found in walk_locally(self._folder, prefix, batch):
                yield found
            return
        async for page in obstore.list(self._store, prefix, chunk_size=batch):
            yield grouped(prefix, [entry["path"] for entry in page])

    async def delete_file(self, path: str) -> None:
        """Nothing where it is not there."""
        if self._folder is not None:
            await asyncio.to_thread((self._folder / path).unlink, missing_ok=True)
        else:
            await obstore.delete_async(self._store, path)

    async def delete(self, prefix: str) -> None:
        """All that lies under `prefix`, a folder of ours; also what a process that was killed left half written. What
        cannot be deleted is one of FAILURES.
        """
        if self._folder is not None:
            await asyncio.to_thread(_remove, self._folder / prefix)
        elif paths := await self.list(prefix):
            await obstore.delete_async(self._store, paths)

    async def url(self, path: str, seconds: float) -> str:
        """Where to fetch it without a key, for so long: at the store if it can sign, else at this server's own host."""
        if isinstance(self._store, S3Store | GCSStore | AzureStore):
            return await obstore.sign_async(self._store, "GET", path, timedelta(seconds=seconds))
        return self.links.sign(path, int(self._clock() + seconds))

    def _attributes(self, path: str) -> dict[str, str] | None:
        """What a bucket tells those who fetch from it; a folder cannot."""
        if isinstance(self._store, S3Store | GCSStore | AzureStore):
            return {"Content-Type": content_type_of(path)}
        return None


def _remove(folder: Path) -> None:
    """Whoever else is deleting it takes some of it from under us, and then there is less of it to go on with."""
    while folder.exists():
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)


def open_store(url: str, folder: Path) -> ObjectStore:
    """url: empty for the local folder. Credentials come from the environment, as each cloud's own tools read them.

    ConfigError: it is of no use.
    """
    try:
        if url and urlsplit(url).scheme != "file":
            return from_url(url)
        folder = Path(urlsplit(url).path) if url else folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)
    except (BaseError, OSError, ValueError) as error:
        told = str(error).splitlines()[0].replace(url, f"{urlsplit(url).scheme}://...") if url else str(error)
        raise ConfigError(f"VOXGATE_AUDIO_URL: {told}") from None
