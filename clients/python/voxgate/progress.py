"""How far a long text is: a bar on a terminal, a line now and then elsewhere. All on stderr."""

from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

STEPS = 10  # lines, where there is no terminal


class Progress(Protocol):
    def spoken(self, characters: int) -> None: ...
    def fetched(self, size: int, whole: int) -> None: ...
    def say(self, line: str) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...


def open_progress(characters: int, *, quiet: bool) -> Progress:
    console = Console(stderr=True, highlight=False, quiet=quiet)
    return Bar(console, characters) if console.is_terminal else Lines(console, characters)


class Bar:
    def __init__(self, console: Console, characters: int) -> None:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[unit]}")
        self._bars = Bars(*columns, TimeRemainingColumn(), console=console)
        self._speaking = self._bars.add_task("speaking", total=characters, unit="characters")
        self._fetching: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def spoken(self, characters: int) -> None:
        self._bars.update(self._speaking, completed=characters)

    def fetched(self, size: int, whole: int) -> None:
        if self._fetching is None:
            self._fetching = self._bars.add_task("fetching", unit="bytes")
        self._bars.update(self._fetching, completed=size, total=whole)

    def say(self, line: str) -> None:
        self._bars.console.print(line, markup=False, soft_wrap=True)


class Lines:
    def __init__(self, console: Console, characters: int) -> None:
        self._console = console
        self._characters = characters
        self._told = {"spoken": 0, "fetched": 0}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left on the screen."""

    def spoken(self, characters: int) -> None:
        self._step("spoken", characters, self._characters, "characters")

    def fetched(self, size: int, whole: int) -> None:
        self._step("fetched", size, whole, "bytes")

    def say(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def _step(self, what: str, done: int, whole: int, unit: str) -> None:
        step = STEPS * done // max(1, whole)
        if step > self._told[what]:
            self._told[what] = step
            self.say(f"{what} {done:,} of {whole:,} {unit}")
