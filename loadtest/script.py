"""What a client says and when: the pace of an LLM, turns, barge-ins, pauses. Values only, drawn from a seed.

Every turn's text begins with its own identity ("s17c2t3 ...") and goes on in words drawn for that turn alone, so that
audio of another stream, context or turn cannot pass for its own.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

VOCABULARY = """
about after again always answer because before better between bring broken call caller change city clear close
coming could country different door early evening every family figure find first follow friend garden gently
given great ground happen heard heavy house idea join keep kind large later learn letter light little lively
look many market maybe middle minute moment morning music never night north number often open order other paper
people place plain point quick quiet reach ready right river round school second seven should simple small
something sound south speak spoken station still street summer table talk thank their there thing think through
today together travel under until usual value very voice wait walk water weather well where whole window winter
with wonder word work would write year yellow young zero
"""
WORDS = tuple(VOCABULARY.split())


@dataclass(frozen=True, slots=True)
class Append:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Flush:
    at: float


@dataclass(frozen=True, slots=True)
class Clear:
    """played: tell the server how much the listener has heard; otherwise it goes by its own clock."""

    at: float
    played: bool


@dataclass(frozen=True, slots=True)
class Close:
    at: float


Action = Append | Flush | Clear | Close


@dataclass(frozen=True, slots=True)
class Turn:
    """Actions in order, `at` seconds after the turn's start.

    The client then waits for the answer to the last of them (not after a clear when `waits` is False: the next turn's
    text follows on its heels), `listens` to the end of what has come, and thinks for a while.
    """

    actions: tuple[Action, ...]
    waits: bool = True
    listens: bool = False
    think: float = 0.0

    @property
    def text(self) -> str:
        return "".join(action.text for action in self.actions if isinstance(action, Append))


@dataclass(frozen=True, slots=True)
class Style:
    """How clients speak.

    pace: tokens per second, 0 for the whole text at once; turns per context; words per turn; interrupted: share of
    turns that end in a barge-in; think: mean pause between turns, seconds; speech: characters per second that are
    spoken, which only places the barge-ins; listens: a turn follows the end of the last one's audio, not of its
    transmission.
    """

    pace: float = 20.0  # a hosted LLM's usual speed; three to five times faster than speech
    turns: int = 3
    words: tuple[int, int] = (8, 24)
    interrupted: float = 0.0
    think: float = 0.3
    speech: float = 15.0  # measured for English at speed 1; the tone engine speaks as fast
    listens: bool = True


STYLES = {
    "llm": Style(),
    "whole": Style(pace=0.0, turns=1),
    "barge-in": Style(interrupted=0.7, turns=6, think=0.05),
}


class Speaker:
    """The script of one stream; the same for the same (seed, stream)."""

    def __init__(self, style: Style, stream: int, seed: int = 1, *, contexts: int = 0) -> None:
        """contexts: after so many there are no more; 0: without end."""
        self._style = style
        self.stream = stream
        self._numbers = iter(range(1, contexts + 1) if contexts else count(1))
        self._random = random.Random(f"{seed}/{stream}")  # noqa: S311 - a repeatable script, not a secret

    def contexts(self) -> Iterator[tuple[Turn, ...]]:
        return (self._context(number) for number in self._numbers)

    def _context(self, number: int) -> tuple[Turn, ...]:
        last = self._style.turns
        return tuple(self._turn(f"s{self.stream}c{number}t{turn}", final=turn == last) for turn in range(1, last + 1))

    def _turn(self, identity: str, *, final: bool) -> Turn:
        tokens = self._tokens(identity)
        actions = self._paced(tokens if self._style.pace else ["".join(tokens)], final=final)
        think = self._random.uniform(0, 2 * self._style.think)
        if final or self._random.random() >= self._style.interrupted:
            return Turn(actions, listens=self._style.listens, think=think)
        return replace(self._interrupt(actions), think=think)

    def _tokens(self, identity: str) -> list[str]:
        """Words with their leading space and marks on their own, as LLMs cut them."""
        words = self._random.choices(WORDS, k=self._random.randint(*self._style.words))
        sentence = self._random.randint(4, 9)
        tokens = [identity]
        for number, word in enumerate(words):
            starts = number and number % sentence == 0
            tokens += [".", f" {word.capitalize()}"] if starts else [f" {word}"]
        return [*tokens, "."]

    def _paced(self, tokens: list[str], *, final: bool) -> tuple[Action, ...]:
        step = 1 / self._style.pace if self._style.pace else 0.0
        end = (len(tokens) - 1) * step
        # A separator, so that a turn does not grow together with the one after it.
        spoken = [Append(number * step, token) for number, token in enumerate(tokens)] + [Append(end, " ")]
        if final and self._random.random() < 1 / 2:
            return (*spoken, Close(end))  # closing flushes what is left
        return (*spoken, Flush(end), Close(end)) if final else (*spoken, Flush(end))

    def _interrupt(self, actions: tuple[Action, ...]) -> Turn:
        """A barge-in at any phase: amid the text, before the first audio, amid it, or after its end."""
        characters = sum(len(action.text) for action in actions if isinstance(action, Append))
        at = self._random.uniform(0, actions[-1].at + characters / self._style.speech)
        clear = Clear(at, played=self._random.random() < 1 / 2)
        said = tuple(action for action in actions if action.at <= at)
        return Turn((*said, clear), waits=self._random.random() < 1 / 2)


def arrivals(rate: float, seconds: float, seed: int = 1) -> tuple[float, ...]:
    """Moments of a Poisson process: an open loop, whose clients do not wait for each other."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable script, not a secret
    moments: list[float] = []
    at = dice.expovariate(rate)
    while at < seconds:
        moments.append(at)
        at += dice.expovariate(rate)
    return tuple(moments)
