"""What lies in a store, by folders, some at a time."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Folder:
    """paths: of its files, in the store."""

    name: str
    paths: tuple[str, ...]


async def walk_locally(root: Path, prefix: str, most: int) -> AsyncIterator[Sequence[Folder]]:
    """The folders may be deleted meanwhile."""
    if not (root / prefix).is_dir():
        return
    with os.scandir(root / prefix) as entries:
        while (found := await asyncio.to_thread(_some, root, entries, most)) is not None:
            yield found


def grouped(prefix: str, paths: Sequence[str]) -> Sequence[Folder]:
    by_folder = groupby(sorted(paths), key=lambda path: path.removeprefix(prefix).lstrip("/").partition("/")[0])
    return [Folder(name, tuple(files)) for name, files in by_folder]


def _some(root: Path, entries: Iterator[os.DirEntry[str]], most: int) -> Sequence[Folder] | None:
    """None: there are no more."""
    some = list(islice(entries, most))
    folders = [Path(entry.path) for entry in some if entry.is_dir()]
    return None if not some else [Folder(folder.name, tuple(_files(root, folder))) for folder in folders]


def _files(root: Path, folder: Path) -> Iterator[str]:
    for where, _, names in os.walk(folder):
        yield from (str((Path(where) / name).relative_to(root)) for name in names)
