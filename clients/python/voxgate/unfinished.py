"""A file that is being fetched: `book.mp3.part`, and beside it a note of what it is a part of.

Whoever was interrupted goes on at the end of the part; it becomes `book.mp3` when it is whole, in one step. One run
at a time writes it: a second one is refused.
"""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from voxgate.options import UsageError
from voxgate.sinks import SinkError

try:
    import fcntl
except ImportError:  # Windows has no such lock; what two runs have written shows by its size
    fcntl = None  # type: ignore[assignment]

INFO, INFO_WITHIN = b"Info", 25  # the tag of the first frame, behind a header of 4 bytes and 9 or 17 of side info


class Note(msgspec.Struct, frozen=True):
    """name: of the text and its settings; jobs: whose audio it is, in order."""

    name: str
    jobs: tuple[str, ...]


class Unfinished:
    """For `with`."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._part = output.parent / f"{output.name}.part"
        self._note = output.parent / f"{output.name}.part.json"
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
        """Opens it, for itself alone; bytes that are there already, of the same jobs. Raises UsageError."""
        try:
            if self._output.is_dir():
                raise UsageError(f"cannot write {self._output}: it is a folder")
            self._file = self._part.open("ab", buffering=0)
            self._keep_others_out(self._file.fileno())
            if self.noted() != note:
                self._file.truncate(0)  # before it is noted: what is here is never taken for the new jobs'
                self._note.write_bytes(msgspec.json.encode(note))
        except OSError as error:
            raise UsageError(f"cannot write {self._part}: {error.strerror}") from error
        return self.size()

    def _keep_others_out(self, part: int) -> None:
        """Until it is closed. A file system that knows no locks is no reason to write nothing."""
        if fcntl is None:
            return
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"another run is writing {self._part}; wait for it, or stop it") from error
        except OSError:
            return
        if not os.path.samestat(os.fstat(part), self._part.stat()):  # it was finished since we opened it
            raise UsageError(f"another run was writing {self._part}; run it again")

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
        assert self._file is not None, "it was begun"
        return os.fstat(self._file.fileno()).st_size

    def forget_length(self) -> None:
        """Of an MP3 that others were put behind: its own is not that of all. A player then counts for itself.

        Raises SinkError.
        """
        try:
            with self._part.open("r+b") as file:
                place = file.read(INFO_WITHIN).find(INFO)
                if place > 0:
                    file.seek(place)
                    file.write(bytes(len(INFO)))
        except OSError as error:
            raise SinkError(f"cannot write {self._part}: {error.strerror}") from error

    def finish(self) -> None:
        """It is on the disk, under its own name. Raises SinkError."""
        assert self._file is not None, "it was begun"
        try:
            os.fsync(self._file.fileno())  # a power cut may keep the new name and lose the bytes
            if fcntl is None:  # Windows moves no open file; elsewhere nobody may have it before it is moved
                self._file.close()
            self._part.replace(self._output)
        except OSError as error:
            raise SinkError(f"cannot write {self._output}: {error.strerror}") from error
        with contextlib.suppress(OSError):
            self._note.unlink()
        with contextlib.suppress(OSError):  # not every system can; the file is there
            _write_through(self._output.parent)


def _write_through(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
