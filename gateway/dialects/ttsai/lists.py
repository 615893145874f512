"""What TTS.ai's clients can ask for: voices and models, by the vendor's fields and filters.

Facts: the vendor's documentation. A model is an engine; its languages have two letters there, as does a voice's.
"""

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from gateway.core.voices import Voice
from gateway.dialects.prices import price_of
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting, UnknownModel

GENDERS = ("male", "female", "neutral")
TIER = "standard"
PREVIEW = "/v1/voices/preview/"


class ListedVoice(msgspec.Struct, frozen=True):
    id: str
    name: str
    model: str
    language: str
    gender: str
    preview_url: str


class VoiceFilters(msgspec.Struct, frozen=True):
    """The query."""

    model: str = ""
    language: str = ""
    gender: str = ""


class VoiceList(msgspec.Struct, frozen=True):
    voices: tuple[ListedVoice, ...]
    total: int


class ListedModel(msgspec.Struct, frozen=True):
    id: str
    name: str
    languages: tuple[str, ...]
    credits_per_1k_chars: float
    type: str = "tts"
    tier: str = TIER
    supports_cloning: bool = False
    supports_streaming: bool = True


class ModelList(msgspec.Struct, frozen=True):
    models: tuple[ListedModel, ...]


def list_voices(request: Request) -> VoiceList:
    """Raises UnknownModel, InvalidSetting."""
    query = request.query
    model, gender = query.get("model", ""), query.get("gender", "").lower()
    if gender not in ("", *GENDERS):
        raise InvalidSetting(f"gender is one of: {', '.join(GENDERS)}")
    engines = {voice.engine for voice in request.catalog.voices}
    if model and model not in engines:
        raise UnknownModel(f"the model {model[:80]!r} does not exist; there are: {', '.join(sorted(engines))}")
    found = request.catalog.select(language=query.get("language", ""), gender=gender, engine=model)
    voices = tuple(_listed(voice, request.origin) for voice in found)
    return VoiceList(voices, len(voices))


def list_models(request: Request) -> ModelList:
    engines: dict[str, list[Voice]] = {}
    for voice in request.catalog.voices:
        engines.setdefault(voice.engine, []).append(voice)
    models = (
        ListedModel(engine, engine.title(), _languages(voices), price_of(request, engine))
        for engine, voices in engines.items()
    )
    return ModelList(tuple(models))


def voice_of(request: Request) -> str:
    """Of a preview's path."""
    return request.path["voice"].removesuffix(".mp3")


def _listed(voice: Voice, origin: str) -> ListedVoice:
    return ListedVoice(
        voice.name,
        voice.display_name,
        voice.engine,
        _language(voice),
        voice.gender if voice.gender in GENDERS else "neutral",
        f"{origin}{PREVIEW}{quote(voice.name, safe='')}.mp3",
    )


def _languages(voices: Iterable[Voice]) -> tuple[str, ...]:
    return tuple(sorted({_language(voice) for voice in voices}))


def _language(voice: Voice) -> str:
    return voice.language.split("-", maxsplit=1)[0]
