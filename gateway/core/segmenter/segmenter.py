"""Finds, in text that arrives bit by bit, the pieces that are safe to speak.

    append(text)      -> [Piece]    what is safe now: one token after the end of a sentence, as a rule
    flush()           -> [Piece]    the rest, at once
    clear()                         drop the rest

How it works. The buffer holds the current piece only, and a regular expression finds the next place where it might
end. The rule for that mark answers with where it ends, REJECT, or HOLD: ask again when there is more text. Rules are
monotone and see at most 64 characters ahead, so nothing is decided twice, the time is linear, and the pieces do not
depend on how the text was cut into calls. A piece that grows too long is cut where its text alone decides.

White space between two pieces begins the second one. At the end of a turn it stays with the last piece.

The first piece of a turn may be a clause; see clauses.py.
"""

from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import CLOSERS, NEWLINES, TERMINATORS
from gateway.core.segmenter.clauses import PLACES as CLAUSE_PLACES
from gateway.core.segmenter.clauses import decide_clause
from gateway.core.segmenter.graphemes import splits_grapheme
from gateway.core.segmenter.languages import find_language
from gateway.core.segmenter.lengths import LIMIT, Budget, forced_cut
from gateway.core.segmenter.piece import SPEAKABLE, Piece, piece_at
from gateway.core.segmenter.rules import PLACES, RULES, decide

ENDS = TERMINATORS + CLOSERS


class Segmenter:
    """language: a BCP 47 tag; one without a table of its own gets the rules that hold in every language."""

    def __init__(self, language: str = "en") -> None:
        self._language = find_language(language)
        self._before = 0  # code points that have left the buffer
        self._restart()

    def append(self, text: str) -> list[Piece]:
        self._text += text
        return self._take(ended=False)

    def flush(self) -> list[Piece]:
        pieces = self._take(ended=True)
        self._restart()
        return pieces

    def clear(self) -> None:
        self._before += len(self._text)
        self._restart()

    def _restart(self) -> None:
        self._text = ""
        self._scanned = 0  # no end of the piece before here, except one that is on hold right here
        self._first = True  # nothing of this turn is out
        self._fresh = True  # the piece begins a sentence
        self._silent = 0  # nothing to say from the start of the piece to here
        self._budget = Budget(0)

    def _take(self, *, ended: bool) -> list[Piece]:
        pieces: list[Piece] = []
        start = 0
        while (end := self._find_end(start, ended=ended)) is not None:
            pieces.append(self._piece(start, end))
            start = self._scanned = self._silent = end
            self._budget = Budget(start)
        if ended and start < len(self._text):
            pieces.append(self._piece(start, len(self._text)))
            start = len(self._text)
        self._forget(start)
        return pieces

    def _piece(self, start: int, end: int) -> Piece:
        piece = piece_at(self._text[start:end], self._before + start)
        self._first = self._first and not piece.speakable
        self._fresh = piece.text[-1] in ENDS or self._text.startswith(tuple(NEWLINES), end)
        return piece

    def _forget(self, length: int) -> None:
        if length:
            self._text = self._text[length:]
            self._before += length
            self._scanned -= length
            self._silent -= length
            self._budget.shift(length)

    def _find_end(self, start: int, *, ended: bool) -> int | None:
        """Where the piece that begins at `start` ends; None: more text is needed."""
        places = CLAUSE_PLACES if self._first else PLACES
        last = min(len(self._text), start + LIMIT + 1)
        while True:
            place = places.search(self._text, self._scanned, last)
            at = place.start() if place else last
            limit = self._budget.limit(self._text, at)
            if limit is not None:
                return forced_cut(self._text, start, limit, ended=ended)
            if place is None:
                self._scanned = last
                return None
            self._scanned = at
            decision = self._decide(Candidate(self._text, start, at, ended, self._fresh))
            if decision is Verdict.HOLD:
                return None
            if isinstance(decision, int):
                return decision
            self._scanned = at + 1

    def _decide(self, candidate: Candidate) -> Decision:
        if not self._speaks(candidate):
            return Verdict.REJECT
        rule = decide if candidate.mark in RULES else decide_clause
        decision = rule(candidate, self._language)
        broken = isinstance(decision, int) and splits_grapheme(candidate.text, candidate.start, decision)
        return Verdict.REJECT if broken else decision

    def _speaks(self, candidate: Candidate) -> bool:
        """Whether the piece has anything to say before the candidate."""
        voice = SPEAKABLE.search(candidate.text, self._silent, candidate.at)
        self._silent = voice.start() if voice else candidate.at
        return voice is not None
