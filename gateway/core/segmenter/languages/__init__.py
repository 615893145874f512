"""Languages with tables of their own: one file each, and one line here."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gateway.core.segmenter.languages.english import ENGLISH
from gateway.core.segmenter.languages.french import FRENCH
from gateway.core.segmenter.languages.german import GERMAN
from gateway.core.segmenter.languages.italian import ITALIAN
from gateway.core.segmenter.languages.language import Language, contains, words
from gateway.core.segmenter.languages.portuguese import PORTUGUESE
from gateway.core.segmenter.languages.spanish import SPANISH

__all__ = ["Language", "contains", "find_language"]

LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {"en": ENGLISH, "es": SPANISH, "fr": FRENCH, "de": GERMAN, "it": ITALIAN, "pt": PORTUGUESE}
)
GENERIC = Language(titles=words("dr prof mr mrs ing vs"))
WITH_ORDINAL_DOT = words("da nb nn no fi cs sk hu hr sr bs sl et lv is tr pl")


def find_language(tag: str) -> Language:
    """tag: BCP 47 ("en", "en-US", "pt_BR"). An unknown one gets the rules that hold everywhere."""
    code = tag.replace("_", "-").partition("-")[0].lower()
    generic = replace(GENERIC, ordinal_dot=True) if code in WITH_ORDINAL_DOT else GENERIC
    return LANGUAGES.get(code, generic)
