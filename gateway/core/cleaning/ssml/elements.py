"""What SSML's elements say about style and pauses: facts of the W3C's recommendation, and the vendors' numbers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.core.cleaning.ssml.tokens import Open, problem
from gateway.core.style import Style

CONTAINERS = ("speak", "p", "s", "prosody", "voice", "lang", "emphasis", "w", "token")
REPLACED = ("sub", "phoneme", "say-as")

LONGEST_PAUSE = 10.0  # seconds; Polly and Google allow as much
# Nobody publishes theirs but Azure, whose numbers these are, less a quarter of a second that its voices breathe.
STRENGTHS: Mapping[str, float] = MappingProxyType(
    {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.5, "strong": 0.75, "x-strong": 1.0}
)
RATES: Mapping[str, float] = MappingProxyType(
    {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.5, "x-fast": 2.0}
)
PITCHES: Mapping[str, float] = MappingProxyType(
    {"x-low": 0.6, "low": 0.8, "medium": 1.0, "default": 1.0, "high": 1.25, "x-high": 1.6}
)
LOWEST, HIGHEST = 0.25, 4.0  # of what one element may say, and of them all

TIME = re.compile(r"\+?(\d{0,6}(?:\.\d{1,6})?)(ms|s)")
NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,6})?")
PERCENT = re.compile(r"([+-]?\d{1,4}(?:\.\d{1,6})?)%")
SEMITONES = re.compile(r"([+-]?\d{1,2}(?:\.\d{1,6})?)st")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")


def pause_of(opened: Open) -> float:
    """Seconds of a <break>."""
    strength, time = opened.attributes.get("strength"), opened.attributes.get("time")
    if strength is not None and strength not in STRENGTHS:
        raise problem(f"the strength of a <break> is one of: {', '.join(STRENGTHS)}", opened.start)
    if time is None:
        return STRENGTHS[strength or "medium"]
    match = TIME.fullmatch(time.strip())
    if match is None or not match[1] or match[1] == ".":
        raise problem("the time of a <break> is written 500ms or 1.5s", opened.start)
    seconds = float(match[1]) / (1000 if match[2] == "ms" else 1)
    if seconds > LONGEST_PAUSE:
        raise problem(f"a <break> lasts at most {LONGEST_PAUSE:g} s", opened.start)
    return seconds


def restyle(opened: Open, style: Style) -> Style:
    """The style inside the element."""
    if "xml:lang" in opened.attributes:
        style = replace(style, language=_language(opened, opened.attributes["xml:lang"]))
    elif opened.name == "lang":
        raise problem("<lang> says which in xml:lang", opened.start)
    if opened.name == "prosody":
        return _prosody(opened, style)
    return _voice(opened, style) if opened.name == "voice" else style


def _language(opened: Open, language: str) -> str:
    if not LANGUAGE.fullmatch(language):
        raise problem(f"{language[:40]!r} is no language tag", opened.start)
    return language


def _voice(opened: Open, style: Style) -> Style:
    """By its name; else the first that speaks the language."""
    name = opened.attributes.get("name", "")
    if name:
        return replace(style, voice=name, by_language=False)
    language = opened.attributes.get("xml:lang") or opened.attributes.get("languages", "").partition(" ")[0]
    if not language:
        raise problem("<voice> names a voice, or a language", opened.start)
    return replace(style, voice="", language=_language(opened, language), by_language=True)


def _prosody(opened: Open, style: Style) -> Style:
    """Volume, contour, range and duration are read over."""
    speed = _factor(opened, "rate", RATES)
    pitch = _factor(opened, "pitch", PITCHES)
    return replace(style, speed=_bounded(style.speed * speed), pitch=_bounded(style.pitch * pitch))


def _factor(opened: Open, name: str, names: Mapping[str, float]) -> float:
    value = opened.attributes.get(name, "default").strip()
    factor = names.get(value)
    if factor is None and (percent := PERCENT.fullmatch(value)):
        # SSML 1.1: "+10%" and "-10%" are changes; "80%" is a change for pitch and a factor for the rate.
        change = name == "pitch" or percent[1][0] in "+-"
        factor = float(percent[1]) / 100 + (1.0 if change else 0.0)
    if factor is None and name == "rate" and NUMBER.fullmatch(value):
        factor = float(value)
    if factor is None and name == "pitch" and (semitones := SEMITONES.fullmatch(value)):
        factor = 2 ** (float(semitones[1]) / 12)
    if factor is None or not LOWEST <= factor <= HIGHEST:
        raise problem(f"{name} {value[:40]!r}: a factor from {LOWEST:g} to {HIGHEST:g} is wanted", opened.start)
    return factor


def _bounded(factor: float) -> float:
    return round(min(HIGHEST, max(LOWEST, factor)), 6)
