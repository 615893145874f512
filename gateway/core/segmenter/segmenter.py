"""Finds, in text that arrives bit by bit, the pieces that are safe to speak.

    append(text)      -> [Piece]    what is safe now: one token after the end of a sentence or clause, as a rule
    idle()            -> [Piece]    what looks finished, when the writer pauses
    hurry()           -> [Piece]    a group of words, when the listener is about to hear nothing
    flush()           -> [Piece]    the rest, at once
    clear()                         drop the rest

A piece ends at every place where speech may pause: sentences and, inside them, clauses. Whether a listener hears them
one by one or joined is decided when there is a time for them, by pacing.

How it works. The buffer holds the current sentence only, and a regular expression finds the next place where it or a
clause of it might end. The rule for that mark answers with where it ends, REJECT, or HOLD: ask again when there is more
text. Rules are monotone and see at most 64 characters ahead, so nothing is decided twice, the time is linear, and the
pieces do not depend on how the text was cut into calls. Where sentences end does not depend on where clauses do. A
piece that grows too long is cut where its text alone decides.

White space between two pieces begins the second one. At the end of a turn it stays with the last piece.
"""

import re

from gateway.core.segmenter import plain
from gateway.core.segmenter.candidate import Candidate, Decision, Verdict
from gateway.core.segmenter.characters import BULLETS, CLOSERS, NEWLINES, TERMINATORS
from gateway.core.segmenter.clauses import (
    EARLIEST,
    MARKS,
    SHORTEST_BEFORE_CONJUNCTION,
    decide_clause,
    openings,
    places,
)
from gateway.core.segmenter.graphemes import splits_grapheme
from gateway.core.segmenter.languages import find_language
from gateway.core.segmenter.lengths import LIMIT, Budget, forced_cut
from gateway.core.segmenter.piece import SPEAKABLE, Boundary, Piece, piece_at
from gateway.core.segmenter.rules import Rule, decide, ends_sentences
from gateway.core.segmenter.stall import looks_finished
from gateway.core.segmenter.word_groups import last_group

ENDS = TERMINATORS + CLOSERS
LINE_ENDS = tuple(NEWLINES)
# The rules for sentences see the whole sentence up to here; this bounds what one candidate costs.
LONGEST_SENTENCE = 2 * LIMIT
SURE = NEWLINES + BULLETS  # the other marks mean nothing without what follows
# What a writer who pauses may say next: a capital that is no known word, a number. The piece has to end before each.
NEXT = {Boundary.SENTENCE: (" Xx ", " 5 "), Boundary.CLAUSE: (" Xx ",)}
NUMBER = re.compile(r"\d[.,:]?\Z")

Cut = tuple[int, Boundary]


class Segmenter:
    """language: a BCP 47 tag; one without a table of its own gets the rules that hold in every language."""

    def __init__(self, language: str = "en") -> None:
        self._language = find_language(language)
        self._places = places(self._language)
        self._openings = openings(self._language)
        self._before = 0  # code points that have left the buffer
        self._text = ""
        self._sentence = 0  # where the sentence begins
        self._start = 0  # where the piece begins, a clause of it
        self._scanned = 0  # no end of the piece before here, except one that is on hold right here
        self._quiet = 0  # one word from here on, which ends nothing
        self._fresh = True  # the sentence is one from its beginning
        self._silent = 0  # nothing to say from the start of the piece to here
        self._budget = Budget(0)

    def append(self, text: str) -> list[Piece]:
        word = text.removeprefix(" ")
        is_word = word.isalpha() and word not in self._openings
        before = len(self._text)
        self._text += text
        end = len(self._text)
        self._quiet = before if is_word else end
        if end >= self._budget.sure and self._budget.limit(self._text, end) is not None:
            return self._take(None, ended=False)
        self._scanned = at = end if self._scanned >= self._quiet else self._next_place(end)
        return [] if at == end or self._waits(at) else self._take(at, ended=False)

    def idle(self) -> list[Piece]:
        """What is on hold and looks finished: "It is done." and "I see,", not "Dr.", "3.", "Well..."."""
        if not self.on_hold:
            return []
        at = self._scanned
        boundary = Boundary.SENTENCE if ends_sentences(self._text, at) else Boundary.CLAUSE
        candidate = Candidate(self._text, self._sentence, at, ended=False, fresh=self._fresh)
        if boundary is Boundary.SENTENCE and not looks_finished(candidate, self._language):
            return []
        ends = {self._judge(self._text + following, at, ended=False)[0] for following in NEXT[boundary]}
        end = ends.pop()
        if ends or not isinstance(end, int) or not self._start < end <= len(self._text):
            return []
        pieces = [self._piece(end, boundary)]
        self._forget()
        return pieces

    def hurry(self) -> list[Piece]:
        """The words so far up to a place where a phrase may end; nothing if there are too few."""
        group = last_group(self._text[self._start :], self._language)
        if group is None:
            return []
        pieces = [self._piece(self._start + group, Boundary.FORCED)]
        self._forget()
        return pieces

    @property
    def on_hold(self) -> bool:
        """Whether `idle` may have something to give."""
        return self._scanned < len(self._text) and not self._text[self._scanned].isspace()

    @property
    def pending(self) -> bool:
        """Whether there is text that no piece has."""
        return self._start < len(self._text)

    @property
    def ends_in_number(self) -> bool:
        """Whether the last thing written is a number that may go on: "3." or "10,"."""
        return NUMBER.search(self._text, self._start) is not None

    def flush(self) -> list[Piece]:
        pieces = self._take(None, ended=True)
        self._restart()
        return pieces

    def clear(self) -> None:
        self._before += len(self._text)
        self._restart()

    def _restart(self) -> None:
        self._text = ""
        self._sentence = self._start = self._scanned = self._silent = self._quiet = 0
        self._fresh = True
        self._budget = Budget(0)

    def _next_place(self, last: int) -> int:
        """Where a sentence or a clause may end next; `last` if nowhere before it."""
        if self._scanned >= self._quiet:
            return last
        text, start = self._text, self._start
        places = MARKS if last - start <= SHORTEST_BEFORE_CONJUNCTION else self._places
        place = places.search(text, self._scanned, last)
        while place and (at := place.start()) - start < EARLIEST.get(text[at], 0):
            place = places.search(text, at + 1, last)
        return place.start() if place else last

    def _take(self, at: int | None, *, ended: bool) -> list[Piece]:
        """at: where a piece may end next, if that is known."""
        pieces: list[Piece] = []
        while (cut := self._find_cut(at, ended=ended)) is not None:
            at = None
            if cut[0] > self._start:
                pieces.append(self._piece(*cut))
            else:  # the clause before a list item's marker ended the sentence, too
                self._begin(self._start, Boundary.SENTENCE)
        if ended and self._start < len(self._text):
            pieces.append(self._piece(len(self._text), Boundary.END))
        self._forget()
        return pieces

    def _piece(self, end: int, boundary: Boundary) -> Piece:
        piece = piece_at(self._text[self._start : end], self._before + self._start, boundary)
        self._begin(end, boundary)
        return piece

    def _begin(self, start: int, boundary: Boundary) -> None:
        """The next piece begins, and the next sentence if it does."""
        if boundary is not Boundary.CLAUSE or start - self._sentence > LONGEST_SENTENCE:
            self._fresh = self._text[start - 1] in ENDS or self._text.startswith(LINE_ENDS, start)
            self._sentence = start
        self._start = self._scanned = self._silent = start
        self._budget = Budget(start)

    def _forget(self) -> None:
        length = self._sentence
        if length:
            self._text = self._text[length:]
            self._before += length
            self._sentence = 0
            self._start -= length
            self._scanned -= length
            self._quiet -= length
            self._silent -= length
            self._budget.shift(length)

    def _find_cut(self, at: int | None, *, ended: bool) -> Cut | None:
        """Where the piece ends, and why; None: more text is needed."""
        last = min(len(self._text), self._start + LIMIT + 1)
        while True:
            if at is None:
                at = self._next_place(last)
            if at >= self._budget.sure and (limit := self._budget.limit(self._text, at)) is not None:
                forced = forced_cut(self._text, self._start, limit, ended=ended)
                return None if forced is None else (forced, Boundary.FORCED)
            self._scanned = at
            if at == last or (not ended and self._waits(at)):
                return None
            decision, boundary = self._judge(self._text, at, ended=ended)
            if decision is Verdict.HOLD:
                return None
            if isinstance(decision, int):
                return decision, boundary
            self._scanned = at + 1
            at = None

    def _waits(self, at: int) -> bool:
        """Whether the place is on hold for sure: nothing follows, or what may become a conjunction."""
        text = self._text
        after = text[at + 1 :]
        if not after:
            return text[at] not in SURE
        return text[at] == " " and after.isalpha() and len(text) < self._budget.sure

    def _judge(self, text: str, at: int, *, ended: bool) -> tuple[Decision, Boundary]:
        if plain.ends_sentence(text, self._sentence, at, self._language):
            return at + 1, Boundary.SENTENCE
        if plain.ends_clause(text, self._start, at):
            return at + 1, Boundary.CLAUSE
        if ends_sentences(text, at):
            return self._decide(decide, Candidate(text, self._sentence, at, ended, self._fresh)), Boundary.SENTENCE
        return self._decide(decide_clause, Candidate(text, self._start, at, ended, self._fresh)), Boundary.CLAUSE

    def _decide(self, rule: Rule, candidate: Candidate) -> Decision:
        if not self._speaks(candidate):
            return Verdict.REJECT
        decision = rule(candidate, self._language)
        broken = isinstance(decision, int) and splits_grapheme(candidate.text, candidate.start, decision)
        return Verdict.REJECT if broken else decision

    def _speaks(self, candidate: Candidate) -> bool:
        """Whether there is anything to say before the candidate; every clause has something."""
        voice = SPEAKABLE.search(candidate.text, self._silent, candidate.at)
        self._silent = voice.start() if voice else candidate.at
        return voice is not None or candidate.start < self._start
