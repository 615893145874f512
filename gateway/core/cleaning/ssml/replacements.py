"""What is said for the text of <sub>, <phoneme> and <say-as>.

say-as is honest: it writes what any engine then reads right, and leaves as it stands what the engine knows better, or
what it cannot read itself (a date that is none).
"""

import re
from dataclasses import dataclass

from gateway.core.cleaning.parts import LONGEST_IPA
from gateway.core.cleaning.ssml.calendar import write_date
from gateway.core.cleaning.ssml.tokens import Open, problem

LONGEST_ALIAS = 1_000
ALPHABETS = ("ipa", "")
AS_IT_STANDS = frozenset(
    ("cardinal", "number", "time", "currency", "unit", "fraction", "measure", "address", "name", "net", "text")
)
SPELLED = frozenset({"characters", "spell-out", "verbatim"})
DIGITS = re.compile(r"\d")
DIGIT_GROUP = re.compile(r"\d+|\+")
WHOLE_NUMBER = re.compile(r"\d{1,12}")
PLUS = {"de": "plus", "en": "plus", "es": "más", "fr": "plus", "it": "più", "nl": "plus", "pt": "mais", "sv": "plus"}
# A suffix for every number, where the language writes ordinals so; the rest keeps the number.
ORDINALS = {
    **dict.fromkeys(("cs", "da", "de", "et", "fi", "hr", "hu", "lv", "nb", "no", "pl", "sk", "sl", "sr"), "."),
    **dict.fromkeys(("es", "gl", "it", "pt"), "º"),
    "fr": "e",
    "nl": "e",
}
ENGLISH = {1: "st", 2: "nd", 3: "rd"}


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    ipa: str = ""


def replace_text(opened: Open, text: str, language: str) -> Said:
    """Raises InvalidText."""
    if opened.name == "sub":
        return _alias(opened)
    if opened.name == "phoneme":
        return _phoneme(opened, text)
    kind = opened.attributes.get("interpret-as", "").strip().lower()
    primary = language.lower().partition("-")[0]
    if kind in SPELLED:
        return Said(spell(text))
    if kind == "digits":
        return Said(" ".join(text) if text.isdigit() else DIGITS.sub(lambda digit: f" {digit[0]} ", text).strip())
    if kind == "ordinal":
        return Said(write_ordinal(text, primary))
    if kind == "telephone":
        return Said(write_telephone(text, primary))
    if kind == "date":
        return Said(write_date(text, opened.attributes.get("format", ""), language) or text)
    if kind in AS_IT_STANDS:
        return Said(text)
    raise problem(f"<say-as> does not know {kind[:40]!r}", opened.start)


def _alias(opened: Open) -> Said:
    alias = opened.attributes.get("alias")
    if alias is None or len(alias) > LONGEST_ALIAS:
        raise problem(f"<sub> has an alias of at most {LONGEST_ALIAS} characters", opened.start)
    return Said(alias)


def _phoneme(opened: Open, text: str) -> Said:
    ipa = opened.attributes.get("ph", "").strip()
    if opened.attributes.get("alphabet", "").lower() not in ALPHABETS:
        raise problem("the alphabet of <phoneme> is ipa", opened.start)
    if not 0 < len(ipa) <= LONGEST_IPA:
        raise problem(f"<phoneme> has a ph of 1 to {LONGEST_IPA} characters", opened.start)
    return Said(text if text.strip() else ipa, ipa)


def spell(text: str) -> str:
    """Each character by itself; letters large, since a small "a" is read as a word."""
    return " ".join(
        character.upper() if len(character.upper()) == 1 else character for character in "".join(text.split())
    )


def write_ordinal(text: str, language: str) -> str:
    number = text.strip()
    if not WHOLE_NUMBER.fullmatch(number):
        return text
    if language == "en":
        last = int(number) % 100
        return number + ("th" if 10 < last < 14 else ENGLISH.get(last % 10, "th"))
    if language == "fr" and int(number) == 1:
        return "1er"
    return number + ORDINALS.get(language, "")


def write_telephone(text: str, language: str) -> str:
    """Digit by digit, with a short stop between groups."""
    groups = [group if group == "+" else " ".join(group) for group in DIGIT_GROUP.findall(text)]
    said = ", ".join(groups)
    return said.replace("+, ", f"{PLUS.get(language, '+')} ") or text
