"""A file that is being fetched: `book.mp3.part`, and beside it a note of what it is a part of.

Whoever was interrupted goes on at the end of the part; it becomes `book.mp3` when it is whole, in one step.
"""

import contextlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from voxgate.options import UsageError
from voxgate.sinks import SinkError


class Note(msgspec.Struct, frozen=True):
    """name: of the text and its settings; jobs: whose audio it is, in order."""

    name: str
    jobs: tuple[str, ...]


class Unfinished:
    """For `with`."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._part = output.with_name(f"{output.name}.part")
        self._note = output.with_name(f"{output.name}.part.json")
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def noted(self) -> Note | None:
        """What the last run left; None: nothing that can be read."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Note)
        except (OSError, msgspec.MsgspecError):
            return None

    def begin(self, note: Note) -> int:
        """Opens it; bytes that are there already, of the same jobs. Raises UsageError."""
        keep = self.noted() == note
        try:
            if not keep:
                self._part.unlink(missing_ok=True)
                self._note.write_bytes(msgspec.json.encode(note))
            self._file = self._part.open("ab", buffering=0)
        except OSError as error:
            raise UsageError(f"cannot write {self._part}: {error.strerror}") from error
        return self._file.tell()

    def write(self, audio: bytes) -> None:
        """Raises SinkError."""
        assert self._file is not None, "it was begun"
        rest = memoryview(audio)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise SinkError(f"cannot write {self._part}: {error.strerror}") from error

    def restart(self) -> None:
        """What is there is not what it should be."""
        assert self._file is not None, "it was begun"
        self._file.truncate(0)

    def size(self) -> int:
        """Bytes, whoever wrote them."""
        return self._part.stat().st_size

    def finish(self) -> None:
        assert self._file is not None, "it was begun"
        self._file.close()
        self._part.replace(self._output)
        with contextlib.suppress(OSError):
            self._note.unlink()
