"""What `voxgate say` shows while it speaks."""

import sys
import time
from typing import Literal, Self, TextIO

import msgspec
from rich.console import Console
from rich.status import Status

from voxgate.events import Word

WordStyle = Literal["text", "json"]


class WordLine(msgspec.Struct):
    """One line of JSON."""

    word: str
    text_start: int
    text_end: int
    start: float
    end: float


class WordPrinter:
    """Word times, one word per line: `start end word`, or a JSON object."""

    def __init__(self, style: WordStyle | None, out: TextIO) -> None:
        self._style = style
        self._out = out
        self._text = ""

    def append(self, text: str) -> None:
        if self._style:
            self._text += text

    def show(self, words: tuple[Word, ...]) -> None:
        for word in words:
            print(self._line(word), file=self._out, flush=True)

    def _line(self, word: Word) -> str:
        said = self._text[word.text_start : word.text_end]
        if self._style == "json":
            line = WordLine(said, word.text_start, word.text_end, round(word.start, 3), round(word.end, 3))
            return msgspec.json.encode(line).decode()
        return f"{word.start:8.3f} {word.end:8.3f}  {said}"


class Progress:
    """Seconds of audio, time to the first of it, bytes: on stderr, moving on a terminal, one line at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False, quiet=quiet)
        self._status = Status("waiting for audio", console=self._console)
        self._started = time.monotonic()
        self._first = 0.0
        self._bytes = 0
        self._seconds = 0.0

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def heard(self, size: int, seconds: float) -> None:
        """size: bytes of this piece; seconds: of all audio so far."""
        self._first = self._first or time.monotonic() - self._started
        self._bytes += size
        self._seconds = seconds
        self._status.update(self._line())

    def done(self, target: str) -> None:
        self._status.stop()
        self._console.print(f"{self._line()}  {target}", markup=False, soft_wrap=True)

    def warn(self, message: str) -> None:
        self._console.print(f"voxgate: {message}", markup=False, soft_wrap=True)

    def _line(self) -> str:
        return f"{self._seconds:.1f} s of audio, the first after {self._first:.2f} s, {self._bytes / 1000:.0f} kB"


def word_stream(*, audio_on_stdout: bool) -> TextIO:
    """Words go to stdout, unless the audio goes there."""
    return sys.stderr if audio_on_stdout else sys.stdout
