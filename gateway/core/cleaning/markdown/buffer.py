"""Text that is not yet decided, and the parts of what is."""

from gateway.core.cleaning.parts import Part, Run


class Buffer:
    """text: what is held, and what has been decided since the last `take`; places are places in it."""

    def __init__(self) -> None:
        self.text = ""
        self.start = 0  # of the text, in the client's
        self._before = ""  # the character before it
        self._parts: list[Part] = []

    def keep(self, start: int, end: int) -> int:
        """text[start:end] is spoken as it stands. Where it ends, as `say`."""
        if end > start:
            self._parts.append(Run(self.text[start:end], self.start + start, self.start + end))
        return end

    def say(self, said: str, start: int, end: int) -> int:
        """Something else is said for text[start:end]."""
        self._parts.append(Run(said, self.start + start, self.start + end, whole=True))
        return end

    def previous(self, at: int) -> str:
        """The character before this place; empty where a text begins."""
        return self.text[at - 1] if at else self._before

    def take(self, decided: int) -> list[Part]:
        """The parts of what has been decided, which is forgotten."""
        if decided:
            self._before = self.text[decided - 1]
            self.text = self.text[decided:]
            self.start += decided
        parts, self._parts = self._parts, []
        return parts

    def begin_anew(self) -> None:
        """What comes now follows nothing."""
        self._before = ""

    def clear(self) -> None:
        self.start += len(self.text)
        self.text = self._before = ""
        self._parts = []
