"""Who does the steps of a batch that need not wait for one another."""

from collections.abc import Callable
from functools import cache, partial
from typing import Protocol, TypeVar

T = TypeVar("T")

Breathe = Callable[[], None]  # called between two steps: other work may be done there; what it raises ends the work


def go_on() -> None:
    """Nothing else is to be done."""


class Executor(Protocol):
    def breathe(self) -> None:
        """Called between two steps by the thread that the batch is spoken by. As Breathe."""

    def submit(self, step: Callable[[Breathe], T]) -> Callable[[], T]:
        """What gives its result, and waits for that: somebody who is free does the step, or who asks first.

        A step asks for the result of no other. It is given what to call where it could be interrupted.
        """


class Inline:
    """The thread itself, one step after the other, in the order in which they are asked for."""

    def __init__(self, breathe: Breathe = go_on) -> None:
        self._breathe = breathe

    def breathe(self) -> None:
        self._breathe()

    def submit(self, step: Callable[[Breathe], T]) -> Callable[[], T]:
        return cache(partial(step, self._breathe))


INLINE = Inline()
