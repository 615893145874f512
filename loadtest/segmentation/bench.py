"""Runs one segmenter over all texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from loadtest.segmentation.cuts import Cuts, run
from loadtest.segmentation.feeds import feeds, tokens
from loadtest.segmentation.hard_errors import hard_errors
from loadtest.segmentation.score import Delays, Score, merged
from loadtest.segmentation.speed import Megabyte, megabyte, throughput
from loadtest.segmentation.streams import Factory
from loadtest.segmentation.texts import Text

OWN = "replies"
HELD_OUT = "held out"
GOLDEN = "golden rules"
SENTENCEX = "sentencex tests"
PARAGRAPHS = "paragraphs"
ENGLISH_48 = "pysbd-en-golden_en_rules_test_cases"

SPEED_SECONDS = 4.0


@dataclass(slots=True)
class Result:
    """Of one segmenter. scores: by group and language; english_48: the English Golden Rules alone."""

    name: str
    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    english_48: Score = field(default_factory=Score)
    delays: Delays = field(default_factory=Delays)
    errors: dict[str, list[str]] = field(default_factory=dict)
    changed: int = 0  # texts that were not the same any more
    stable: int = 0
    stable_streamed: int = 0  # not counting the feed at once
    fed_in_many_ways: int = 0
    speed: float = 0.0
    megabyte: Megabyte | None = None
    faults: list[tuple[Text, Cuts]] = field(default_factory=list)

    def score(self, group: str, languages: Iterable[str] | None = None, *, but: str = "") -> Score:
        wanted = None if languages is None else set(languages)
        return merged(
            score
            for (name, language), score in self.scores.items()
            if name == group and language != but and (wanted is None or language in wanted)
        )


def measure(name: str, factory: Factory, texts: Sequence[Text], *, stability: Sequence[Text], speed: bool) -> Result:
    result = Result(name)
    for text in texts:
        _measure_text(result, factory, text)
    for text in stability:
        _measure_stability(result, factory, text)
    if speed:
        prose = [text for text in texts if text.group == PARAGRAPHS] or texts
        result.speed = throughput(factory, prose, SPEED_SECONDS)
        result.megabyte = megabyte(factory)
    return result


def _measure_text(result: Result, factory: Factory, text: Text) -> None:
    parts = tokens(text.text)
    cuts = run(factory, text, parts)
    exact = result.scores.setdefault((text.group, text.language), Score()).add(text, cuts.places)
    if ENGLISH_48 in text.category:
        result.english_48.add(text, cuts.places)
    if not exact:
        result.faults.append((text, cuts))
    if text.group in (OWN, HELD_OUT, PARAGRAPHS):
        result.delays.add(text, cuts, parts)
    if cuts.pieces is None:
        result.changed += 1
    else:
        result.errors.setdefault(text.group, []).extend(hard_errors(text.text, cuts.pieces))


def _measure_stability(result: Result, factory: Factory, text: Text) -> None:
    *streamed, at_once = (run(factory, text, parts).places.keys() for parts in feeds(text.text))
    same = all(places == streamed[0] for places in streamed)
    result.fed_in_many_ways += 1
    result.stable_streamed += same
    result.stable += same and at_once == streamed[0]
