"""Languages with tables of their own: one line here each. Text in another script gets a table of its script."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.segmenter.languages.catalan import CATALAN
from gateway.core.segmenter.languages.chinese import CHINESE
from gateway.core.segmenter.languages.dutch import DUTCH
from gateway.core.segmenter.languages.english import ENGLISH
from gateway.core.segmenter.languages.french import FRENCH
from gateway.core.segmenter.languages.german import GERMAN
from gateway.core.segmenter.languages.hindi import HINDI
from gateway.core.segmenter.languages.italian import ITALIAN
from gateway.core.segmenter.languages.japanese import JAPANESE
from gateway.core.segmenter.languages.language import Language, Script, contains, words
from gateway.core.segmenter.languages.more import (
    ARABIC,
    BENGALI,
    GREEK,
    HEBREW,
    HUNGARIAN,
    INDONESIAN,
    MALAYALAM,
    MARATHI,
    ROMANIAN,
    TAMIL,
    TURKISH,
    VIETNAMESE,
)
from gateway.core.segmenter.languages.nordic import DANISH, FINNISH, NORWEGIAN
from gateway.core.segmenter.languages.polish import POLISH
from gateway.core.segmenter.languages.portuguese import PORTUGUESE
from gateway.core.segmenter.languages.russian import RUSSIAN
from gateway.core.segmenter.languages.slavic import BULGARIAN, CZECH, SLOVAK, SOUTH_SLAVIC, UKRAINIAN
from gateway.core.segmenter.languages.spanish import SPANISH
from gateway.core.segmenter.languages.swedish import SWEDISH

__all__ = ["KNOWN", "Language", "contains", "find_language", "language_of"]

GENERIC = Language(titles=words("dr prof mr mrs ms ing st vs"), ambiguous=words("inc ltd co jr sr"))
GENERIC_ORDINAL = Language(titles=GENERIC.titles, ambiguous=GENERIC.ambiguous, ordinal_dot=True)

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        # The voices' languages.
        "en": ENGLISH,
        "es": SPANISH,
        "fr": FRENCH,
        "hi": HINDI,
        "it": ITALIAN,
        "ja": JAPANESE,
        "pt": PORTUGUESE,
        "zh": CHINESE,
        "ca": CATALAN,
        "sv": SWEDISH,
        "de": GERMAN,
        "pl": POLISH,
        "ru": RUSSIAN,
        "nl": DUTCH,
        # More.
        "ar": ARABIC,
        "bg": BULGARIAN,
        "bn": BENGALI,
        "cs": CZECH,
        "da": DANISH,
        "el": GREEK,
        "fi": FINNISH,
        "he": HEBREW,
        "hu": HUNGARIAN,
        "id": INDONESIAN,
        "ml": MALAYALAM,
        "mr": MARATHI,
        "ms": INDONESIAN,
        "ro": ROMANIAN,
        "sk": SLOVAK,
        "ta": TAMIL,
        "tr": TURKISH,
        "uk": UKRAINIAN,
        "vi": VIETNAMESE,
        "cmn": CHINESE,
        "yue": CHINESE,
        **dict.fromkeys(("nb", "nn", "no"), NORWEGIAN),
        **dict.fromkeys(("hr", "sr", "bs"), SOUTH_SLAVIC),
        **dict.fromkeys(("sl", "et", "lv", "lt", "is"), GENERIC_ORDINAL),
    }
)

# What is written with letters that are not the language's own is in this language.
BY_SCRIPT: Mapping[Script, Language] = MappingProxyType(
    {
        Script.LATIN: ENGLISH,
        Script.GREEK: GREEK,
        Script.CYRILLIC: RUSSIAN,
        Script.HEBREW: HEBREW,
        Script.ARABIC: ARABIC,
        Script.DEVANAGARI: HINDI,
        Script.BENGALI: BENGALI,
        Script.TAMIL: TAMIL,
        Script.MALAYALAM: MALAYALAM,
        Script.KANA: JAPANESE,
        Script.HAN: CHINESE,
    }
)
# Every abbreviation of every language.
KNOWN = frozenset(
    word.lower()
    for language in [*LANGUAGES.values(), GENERIC, GENERIC_ORDINAL]
    for word in language.titles | language.numbered | language.ambiguous | language.closing | language.times
)
LETTER = re.compile("|".join(f"(?P<{script.name}>[{script.value}])" for script in Script))


def find_language(tag: str) -> Language:
    """tag: BCP 47 ("en", "en-US", "pt_BR"). An unknown one gets the rules that hold everywhere."""
    code = tag.replace("_", "-").partition("-")[0].lower()
    return LANGUAGES.get(code, GENERIC)


def language_of(word: str, language: Language) -> Language:
    """Of a word in a text of `language`: the same, unless that is not written with such letters."""
    if word[-1:].isascii() and word[-1:].isalpha() and Script.LATIN in language.scripts:
        return language
    letter = LETTER.search(word)
    if letter is None or letter.lastgroup is None:
        return language
    script = Script[letter.lastgroup]
    return language if script in language.scripts else BY_SCRIPT[script]
