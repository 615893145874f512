"""Contexts that have ended, so that late words for them are no surprise."""

from gateway.core.events import Answer, AppendText, CloseSession, Command, Warned

REMEMBERED = 256


class Ended:
    def __init__(self) -> None:
        self._contexts: dict[str, bool] = {}  # whether by itself; the one that ended first comes first

    def note(self, context_id: str, *, by_itself: bool) -> None:
        self._contexts[context_id] = by_itself
        if len(self._contexts) > REMEMBERED:
            del self._contexts[next(iter(self._contexts))]

    def forget(self, context_id: str) -> None:
        """It is open again."""
        self._contexts.pop(context_id, None)

    def answer(self, command: Command) -> list[Warned]:
        """What is to be said of a word for a context that is not open."""
        assert not isinstance(command, CloseSession | Answer), "none of these is about a context that must be open"
        name, context_id = type(command).__name__, command.context_id[:80]
        if self._contexts.get(command.context_id) and isinstance(command, AppendText) and command.text.strip():
            ended = f"{name} for a context that ended by itself is not spoken: {context_id!r}"
            return [Warned(None, "context_ended", ended)]
        if command.context_id in self._contexts:
            return []  # it was on its way when the context ended
        return [Warned(None, "unknown_context", f"{name} for a context that is not open: {context_id!r}")]
