"""Dates of numbers, written so that their language reads them out."""

import re
from itertools import pairwise

FIELDS = re.compile(r"\d{1,4}")
SEPARATED = re.compile(r"\s*\d{1,4}(?:\s*[-/.]\s*\d{1,4}){0,2}\.?\s*")
FORMATS = ("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "y", "m", "d")
UNSEPARATED = {"ymd": (4, 2, 2), "dmy": (2, 2, 4), "mdy": (2, 2, 4)}

# How a date is written, and the months. {d} day, {m} month, {y} year.
PATTERNS = {
    "ca": "{d} de {m} de {y}",
    "de": "{d}. {m} {y}",
    "en": "{m} {d}, {y}",
    "es": "{d} de {m} de {y}",
    "fr": "{d} {m} {y}",
    "it": "{d} {m} {y}",
    "nl": "{d} {m} {y}",
    "pl": "{d} {m} {y}",
    "pt": "{d} de {m} de {y}",
    "sv": "{d} {m} {y}",
}
MONTHS = {
    "ca": "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
GLUE = re.compile(r"^(?:de |, )|(?: de|,)$|\.$")
AMERICAN = ("en", "en-us")


def write_date(text: str, order: str, language: str) -> str:
    """Empty if this is no date in that order, or the language has no table here."""
    primary = language.lower().partition("-")[0]
    if primary not in PATTERNS or (order and order not in FORMATS):
        return ""
    order = order or _order(text, language.lower())
    parts = _fields(text, order)
    if len(parts) != len(order) or not order:
        return ""
    fields = dict(zip(order, parts, strict=True))
    day, month = int(fields.get("d", "1")), int(fields.get("m", "1"))
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return ""
    values = {"d": str(day), "m": MONTHS[primary].split()[month - 1], "y": fields.get("y", "")}
    return _fill(PATTERNS[primary], {name: values[name] for name in order})


def _order(text: str, language: str) -> str:
    """Without a format: the year tells by its four digits; else as the language's country writes."""
    parts = FIELDS.findall(text)
    if len(parts) == 3 and len(parts[0]) == 4:
        return "ymd"
    return {3: "mdy" if language in AMERICAN else "dmy", 2: "md" if language in AMERICAN else "dm"}.get(len(parts), "")


def _fields(text: str, order: str) -> list[str]:
    digits = text.strip()
    if digits.isdecimal() and order in UNSEPARATED and len(digits) == 8:
        cuts = [0]
        for length in UNSEPARATED[order]:
            cuts.append(cuts[-1] + length)
        return [digits[start:end] for start, end in pairwise(cuts)]
    return FIELDS.findall(text) if SEPARATED.fullmatch(text) else []


def _fill(pattern: str, values: dict[str, str]) -> str:
    """The pattern with the fields that there are."""
    words = [part.format(**values) for part in re.split(r" (?=\{|de )", pattern) if _has_all(part, values)]
    text = " ".join(words)
    while (shorter := GLUE.sub("", text)) != text:
        text = shorter
    return text


def _has_all(part: str, values: dict[str, str]) -> bool:
    return all(name in values for name in re.findall(r"\{(\w)\}", part))
