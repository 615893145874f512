"""Finds, in text that arrives bit by bit, the pieces that are safe to speak.

    append(text)      -> [Piece]    what is safe now: one token after the end of a sentence or clause, as a rule
    idle()            -> [Piece]    what looks finished, when the writer pauses
    hurry()           -> [Piece]    a group of words, when the listener is about to hear nothing
    flush()           -> [Piece]    the rest, at once
    clear()                         drop the rest

A piece ends at every place where speech may pause: sentences and, inside them, clauses. Whether a listener hears them
one by one or joined is decided when there is a time for them, by pacing.

How it works. Most of what arrives is a word in which nothing can end; it is added to the draft and not looked at. A
mark, or what may become a conjunction, says nothing before the next word is there, and is read together with it: a
regular expression finds the place, and the judge answers where the piece ends, REJECT, or HOLD: ask again when there is
more text. Rules are monotone and see at most 64 characters ahead, so nothing is decided twice, the time is linear, and
the pieces do not depend on how the text was cut into calls. Where sentences end does not depend on where clauses do. A
piece that grows too long is cut where its text alone decides; it is weighed when it ends, and now and then before.

White space between two pieces begins the second one. At the end of a turn it stays with the last piece.
"""

import re

from gateway.core.segmenter.candidate import Candidate, Cut, Verdict
from gateway.core.segmenter.draft import Draft
from gateway.core.segmenter.judge import SURE, Judge
from gateway.core.segmenter.languages import find_language
from gateway.core.segmenter.piece import CLAUSE, END, FORCED, SENTENCE, Piece
from gateway.core.segmenter.places import MARKS, signals
from gateway.core.segmenter.plain import SHORTEST_BEFORE_CONJUNCTION
from gateway.core.segmenter.rules import ends_sentences
from gateway.core.segmenter.stall import looks_finished
from gateway.core.segmenter.word_groups import last_group

# What a writer who pauses may say next: a capital that is no known word, a number. The piece has to end before each.
NEXT = {SENTENCE: (" Xx ", " 5 "), CLAUSE: (" Xx ",)}
NUMBER = re.compile(r"\d[.,:]?\Z")


class Segmenter:
    """language: a BCP 47 tag; one without a table of its own gets the rules that hold in every language."""

    def __init__(self, language: str = "en") -> None:
        self._language = find_language(language)
        self._judge = Judge(self._language)
        self._signals = signals(self._language)
        self._draft = Draft()
        self._calm = self._draft.calm  # up to here only signals have to be read; 0: something waits to be read on

    def append(self, text: str) -> list[Piece]:
        draft = self._draft
        draft.text += text
        word = text.removeprefix(" ")
        if word not in self._signals and (word.isidentifier() or len(word) == 1 or word.isdecimal()):
            if len(draft.text) < self._calm:
                return []
            last = len(draft.text) - len(text)
        elif self._calm and word in self._signals and word not in SURE:
            if word in MARKS or len(draft.rest) > SHORTEST_BEFORE_CONJUNCTION:
                draft.scanned = len(draft.text) - len(text)
                self._calm = 0  # it is read together with what comes next
            return []
        else:
            last = len(draft.text)
        if self._calm:
            draft.scanned = len(draft.text) - len(text)
        return self._read(last)

    def idle(self) -> list[Piece]:
        """What is on hold and looks finished: "It is done." and "I see,", not "Dr.", "3.", "Well..."."""
        draft = self._draft
        at = None if self._calm else self._judge.held(draft)
        if at is None:
            return []
        boundary = SENTENCE if ends_sentences(draft.text, at) else CLAUSE
        candidate = Candidate(draft.text, draft.sentence, at, ended=False, fresh=draft.fresh)
        if boundary is SENTENCE and not looks_finished(candidate, self._language):
            return []
        cuts = {self._judge.judge(draft, draft.text + following, at) for following in NEXT[boundary]}
        cut = cuts.pop()
        if cuts or isinstance(cut, Verdict) or not draft.start < cut[0] <= len(draft.text):
            return []
        return self._release(cut)

    def hurry(self) -> list[Piece]:
        """The words so far up to a place where a phrase may end; nothing if there are too few."""
        group = last_group(self._draft.rest, self._language)
        return [] if group is None else self._release((self._draft.start + group, FORCED))

    @property
    def on_hold(self) -> bool:
        """Whether `idle` may have something to give."""
        return not self._calm and self._judge.held(self._draft) is not None

    @property
    def pending(self) -> bool:
        """Whether there is text that no piece has."""
        return self._draft.start < len(self._draft.text)

    @property
    def ends_in_number(self) -> bool:
        """Whether the last thing written is a number that may go on: "3." or "10,"."""
        return NUMBER.search(self._draft.text, self._draft.start) is not None

    def flush(self) -> list[Piece]:
        draft = self._draft
        if self._calm:
            draft.scanned = len(draft.text)
        pieces = self._read(len(draft.text), ended=True)
        if self.pending:
            pieces.append(draft.take(len(draft.text), END))
        self._restart(draft.emptied())
        return pieces

    def clear(self) -> None:
        self._restart(self._draft.emptied())

    def _restart(self, draft: Draft) -> None:
        self._draft = draft
        self._calm = draft.calm

    def _release(self, cut: Cut) -> list[Piece]:
        """A piece before its end is sure, and what ends in the rest."""
        draft = self._draft
        pieces: list[Piece] = []
        while draft.start < cut[0]:
            pieces.append(draft.take(*(self._judge.forced_cut(draft, cut[0], ended=True) or cut)))
        return pieces + self._read(len(draft.text))

    def _read(self, last: int, *, ended: bool = False) -> list[Piece]:
        """The pieces that have an end. last: nothing ends there or later. ended: nothing follows."""
        draft = self._draft
        pieces: list[Piece] = []
        while (cut := self._judge.find_cut(draft, last, ended=ended)) is not None:
            if cut[0] > draft.start:
                pieces.append(draft.take(*cut))
            else:  # the clause before a list item's marker ended the sentence, too
                draft.end_sentence(draft.start)
            if draft.scanned >= last and not ended:
                break
        waits = draft.scanned < last
        if draft.sentence:
            draft.forget()
        self._calm = 0 if waits else draft.start + draft.calm
        return pieces
