"""How fast: characters a second on the texts, and what a long text without punctuation costs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.segmentation.feeds import tokens
from loadtest.segmentation.streams import Factory
from loadtest.segmentation.texts import Text

MEGABYTE = 1_000_000
SMALLEST = 250
PATIENCE = 2.0  # seconds of CPU for one length; then the rest is projected
WORDS = "so many words that follow one another and never come to an end of any kind "


def throughput(factory: Factory, texts: Sequence[Text], most: float) -> float:
    """Characters a second of CPU, fed as tokens; stops after `most` seconds."""
    characters, spent = 0, 0.0
    fed = [(text, tokens(text.text)) for text in texts]
    for text, parts in fed:
        spent += _seconds(factory, text.language, parts)
        characters += len(text.text)
        if spent > most:
            break
    return characters / spent


@dataclass(frozen=True, slots=True)
class Megabyte:
    """projected: from the growth between the two longest texts that it could be given."""

    seconds: float
    projected: bool


def megabyte(factory: Factory) -> Megabyte:
    """One without punctuation, as tokens."""
    size, before, now = SMALLEST, _seconds_for(factory, SMALLEST // 2), _seconds_for(factory, SMALLEST)
    while size < MEGABYTE:
        if now > PATIENCE:
            return Megabyte(_projected(size, before, now), projected=True)
        size, before = min(size * 2, MEGABYTE), now
        now = _seconds_for(factory, size)
    return Megabyte(now, projected=False)


def _projected(size: int, before: float, now: float) -> float:
    """Each doubling costs as much more as the last one."""
    growth = max(2.0, now / before) if before else 2.0
    while size < MEGABYTE:
        now *= growth
        size *= 2
    return now


def _seconds_for(factory: Factory, size: int) -> float:
    return _seconds(factory, "en", tokens((WORDS * (size // len(WORDS) + 1))[:size]))


def _seconds(factory: Factory, language: str, parts: Sequence[str]) -> float:
    stream = factory(language)
    started = time.process_time()
    for part in parts:
        stream.append(part)
    stream.flush()
    return time.process_time() - started
