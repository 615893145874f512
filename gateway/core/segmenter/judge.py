"""Where the piece in a draft ends: what becomes of the places where it may."""

from gateway.core.segmenter import plain
from gateway.core.segmenter.candidate import HOLD, REJECT, Candidate, Cut, Verdict
from gateway.core.segmenter.characters import BULLETS, COMMAS, NEWLINES
from gateway.core.segmenter.clauses import decide_clause
from gateway.core.segmenter.draft import Draft
from gateway.core.segmenter.graphemes import splits_grapheme
from gateway.core.segmenter.languages import Language
from gateway.core.segmenter.lengths import LIMIT, forced_cut
from gateway.core.segmenter.piece import CLAUSE, FORCED, SENTENCE, Boundary
from gateway.core.segmenter.places import places
from gateway.core.segmenter.rules import Rule, decide, ends_sentences

SURE = frozenset(NEWLINES + BULLETS)  # the other marks mean nothing without what follows


class Judge:
    def __init__(self, language: Language) -> None:
        self._language = language
        self._places = places(language)

    def find_cut(self, draft: Draft, last: int, *, ended: bool) -> Cut | None:
        """None: more text is needed. last: nothing ends there or later. ended: nothing follows the text."""
        text = draft.text
        while draft.scanned < last:
            place = self._places.search(text, draft.scanned, draft.start + LIMIT)
            if place is None or (at := place.start()) >= last:
                draft.scanned = last
                break
            draft.scanned = at
            verdict = self.judge(draft, text, at, ended=ended)
            if verdict is HOLD:
                return None
            if not isinstance(verdict, Verdict):
                return verdict if draft.limit(at) is None else self.forced_cut(draft, at, ended=ended)
            draft.scanned = at + 1
        grown = ended or len(text) - draft.start >= draft.calm
        return self.forced_cut(draft, len(text), ended=ended) if grown else None

    def forced_cut(self, draft: Draft, at: int, *, ended: bool) -> Cut | None:
        """Of a piece that is too long at text[at]. None: it is not, or more text is needed."""
        limit = draft.limit(at)
        forced = None if limit is None else forced_cut(draft.text, draft.start, limit, ended=ended)
        return None if forced is None else (forced, FORCED)

    def held(self, draft: Draft) -> int | None:
        """The mark that is on hold, if one is."""
        place = self._places.search(draft.text, draft.scanned)
        if place is None or place.group().isspace():
            return None
        return place.start() if self.judge(draft, draft.text, place.start()) is HOLD else None

    def judge(self, draft: Draft, text: str, at: int, *, ended: bool = False) -> Cut | Verdict:
        """Of a place in the text of the draft, or in that and what may follow."""
        mark, verdict = text[at], None
        if mark == ".":
            verdict = plain.dot(draft, text, at, ended=ended)
        elif mark == " ":
            verdict = plain.space(draft, text, at, self._language)
        elif mark in COMMAS:
            verdict = plain.comma(draft, text, at, ended=ended)
        return verdict or self._ask_rules(draft, text, at, ended=ended)

    def _ask_rules(self, draft: Draft, text: str, at: int, *, ended: bool) -> Cut | Verdict:
        if at + 1 == len(text) and not ended and text[at] not in SURE:
            return HOLD
        if ends_sentences(text, at):
            return self._ask(decide, SENTENCE, draft, Candidate(text, draft.sentence, at, ended, draft.fresh))
        return self._ask(decide_clause, CLAUSE, draft, Candidate(text, draft.start, at, ended, draft.fresh))

    def _ask(self, rule: Rule, boundary: Boundary, draft: Draft, candidate: Candidate) -> Cut | Verdict:
        if not draft.speaks(candidate.start, candidate.at):
            return REJECT
        decision = rule(candidate, self._language)
        if isinstance(decision, Verdict):
            return decision
        return REJECT if splits_grapheme(candidate.text, candidate.start, decision) else (decision, boundary)
