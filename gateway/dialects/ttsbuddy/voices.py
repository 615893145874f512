"""The public catalogue, `GET /api/v1/voices`, without a key.

Facts: what the vendor's command-line client reads of it: `{"voices": [...]}`, an id in `code`, the language as words
and as a code, which for Kokoro's voices is the first letter of the id.
"""

import msgspec

from gateway.core.voices import Voice
from gateway.dialects.surface import Request

KOKORO = "kokoro"
# As the vendor calls them; another language is called by its tag.
LANGUAGES = {
    "en-us": "American English",
    "en-gb": "British English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "pt": "Portuguese",
    "zh": "Chinese",
}


class CataloguedVoice(msgspec.Struct, frozen=True):
    code: str
    name: str
    gender: str
    language: str
    language_code: str
    engine: str
    is_premium: bool = False


class Catalogue(msgspec.Struct, frozen=True):
    voices: tuple[CataloguedVoice, ...]


def catalogue(request: Request) -> Catalogue:
    return Catalogue(tuple(map(_catalogued, request.catalog.voices)))


def shows_no_key(request: Request) -> bool:
    """AI TTS Microservice has the same path, with a key."""
    return "authorization" not in request.headers


def _catalogued(voice: Voice) -> CataloguedVoice:
    tag = voice.language.lower()
    primary = tag.split("-", maxsplit=1)[0]
    return CataloguedVoice(
        voice.name,
        voice.display_name,
        voice.gender,
        LANGUAGES.get(tag) or LANGUAGES.get(primary) or voice.language,
        voice.name[:1] if voice.engine == KOKORO else primary,
        voice.engine,
    )
