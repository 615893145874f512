"""What is asked of each client. A check is a function from the client's conversations to what it found."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.driver import Conversation, Heard
from harness.ear import Sound, likeness

FIRST_TURN = (
    "The quick brown fox jumps over the lazy dog. It barks twice at the moon, and then it sleeps again. "
    "Tomorrow they will meet once more at the end of the road."
)
SECOND_TURN = "That will be $20, Dr. Brown."
LONG_TURN = " ".join(f"This is sentence number {number} of a very long answer." for number in range(1, 15))
AFTER_IT = "Of course, let us talk about something else."

ALIKE = 0.85  # likeness of the same speech through another codec; of other speech below 0.5
AS_LONG = (0.85, 1.2)  # times the native dialect's: pauses differ with how a client cuts its text
WORD = (0.18, 0.65)  # seconds of speech for a word
SOON = 5.0  # seconds to the first audio after the last text, on a machine with much else to do
SLACK = 0.25  # seconds by which times may miss the audio: a guess of the client's own clock
CLEAR = re.compile(r"401|403|unauthor|unauthenticated|api.?key|credential|forbidden", re.IGNORECASE)

Reference = Callable[[str], Sound]


class Fault(Exception):
    """A client did not get what it should have: one line for the table."""


@dataclass(frozen=True, slots=True)
class Check:
    """order and turns: the conversation that is judged. judge: its figure for the table; Fault."""

    name: str
    title: str
    order: str
    turns: Sequence[str]
    judge: Callable[[Conversation, Reference], str]


def speaks(talk: Conversation, reference: Reference) -> str:
    turn = talk.turns[0]
    _whole(turn, reference(turn.text))
    return f"{turn.sound.seconds:.1f} s"


def early(talk: Conversation, _reference: Reference) -> str:
    turn = talk.turns[0]
    _no_error(turn)
    if turn.first is None or turn.first >= 0:
        raise Fault(f"the first audio came {turn.first} s after the last text")
    return f"{-turn.first:.1f} s before the last text"


def second_turn(talk: Conversation, reference: Reference) -> str:
    turn = talk.turns[1]
    _same(turn, reference(turn.text))
    return f"{turn.sound.seconds:.1f} s"


def same_socket(talk: Conversation, _reference: Reference) -> str:
    for turn in talk.turns:
        _no_error(turn)
    if talk.connections != 1:
        raise Fault(f"{talk.connections} sockets for two turns")
    return "one socket"


def interruption(talk: Conversation, reference: Reference) -> str:
    cut, after = talk.turns
    _no_error(cut)
    if not cut.sound.audible:
        raise Fault("nothing was heard before the interruption")
    _same(after, reference(after.text))
    if after.first is not None and after.first > SOON:
        raise Fault(f"the next turn began {after.first:.1f} s after its last text")
    return f"{cut.sound.seconds:.1f} s heard, then {likeness(after.sound, reference(after.text)):.2f} alike"


def timing(talk: Conversation, _reference: Reference) -> str:
    for turn in talk.turns:
        _no_error(turn)
        _timed(turn, spaces=not talk.client.loses_spaces)
    return f"{sum(len(turn.timing) for turn in talk.turns)} times"


def refusal(talk: Conversation, _reference: Reference) -> str:
    error = talk.turns[0].error
    if talk.turns[0].sound.seconds:
        raise Fault("it was heard")
    if not error:
        raise Fault("the client was told nothing")
    if not CLEAR.search(error) and not CLEAR.search(talk.log):
        raise Fault(f"the client was told {error!r}")
    return error


def _no_error(turn: Heard) -> None:
    if turn.error:
        raise Fault(turn.error)


def _whole(turn: Heard, reference: Sound) -> None:
    _no_error(turn)
    if not turn.sound.audible:
        raise Fault("nothing was heard")
    seconds = turn.sound.seconds
    if not AS_LONG[0] <= seconds / reference.seconds <= AS_LONG[1]:
        raise Fault(f"{seconds:.1f} s instead of {reference.seconds:.1f} s")
    if not WORD[0] <= seconds / len(turn.text.split()) <= WORD[1]:
        raise Fault(f"{seconds:.1f} s for {len(turn.text.split())} words")


def _same(turn: Heard, reference: Sound) -> None:
    _whole(turn, reference)
    alike = likeness(turn.sound, reference)
    if alike < ALIKE:
        raise Fault(f"it is not the speech of its text: {alike:.2f} alike")


def _timed(turn: Heard, *, spaces: bool) -> None:
    pieces = [piece for piece, _, _ in turn.timing]
    spaced = any(" " in piece for piece in pieces)
    told = ("" if spaced else " ").join(pieces).split()
    if told != turn.text.split() and (spaces or "".join(told) != "".join(turn.text.split())):
        raise Fault(f"the times tell {' '.join(told)!r}")
    if not all(one[1] <= two[1] for one, two in itertools.pairwise(turn.timing)):
        raise Fault("times go back")
    length = len(turn.sound.samples) / turn.sound.rate
    if turn.timing[0][1] < -SLACK or max(end for _, _, end in turn.timing) > length + SLACK:
        raise Fault(f"times from {turn.timing[0][1]:.2f} to {turn.timing[-1][2]:.2f} s in {length:.2f} s of audio")
    if turn.timing[-1][1] < length / 3:
        raise Fault(f"the last word starts at {turn.timing[-1][1]:.2f} s of {length:.2f}")


TURNS = (FIRST_TURN, SECOND_TURN)
CHECKS = (
    Check("speaks", "speaks the whole text", "speak", TURNS, speaks),
    Check("early", "audio before the text is complete", "speak", TURNS, early),
    Check("second turn", "second turn", "speak", TURNS, second_turn),
    Check("same socket", "on the same socket", "speak", TURNS, same_socket),
    Check("timing", "word or character times", "speak", TURNS, timing),
    Check("interruption", "interruption, nothing stale", "interrupt", (LONG_TURN, AFTER_IT), interruption),
    Check("refusal", "wrong key told clearly", "refused", (AFTER_IT,), refusal),
)
