"""ElevenLabs' lists: our voices in its words, and our engines where it has models, which nothing here depends on."""

import msgspec

from gateway.core.voices import Voice
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

PAGE, LONGEST_PAGE = 10, 100  # the vendor's


class Labels(msgspec.Struct, frozen=True):
    language: str
    gender: str
    engine: str


class VerifiedLanguage(msgspec.Struct, frozen=True):
    language: str
    model_id: str
    locale: str


class ShownVoice(msgspec.Struct, frozen=True, kw_only=True):
    """What is null or empty we have not."""

    voice_id: str
    name: str
    category: str = "premade"
    labels: Labels
    description: None = None
    preview_url: None = None
    samples: None = None
    settings: None = None
    available_for_tiers: tuple[str, ...] = ()
    high_quality_base_model_ids: tuple[str, ...] = ()
    verified_languages: tuple[VerifiedLanguage, ...]


class Voices(msgspec.Struct, frozen=True):
    voices: tuple[ShownVoice, ...]


class VoicePage(msgspec.Struct, frozen=True):
    voices: tuple[ShownVoice, ...]
    has_more: bool
    total_count: int
    next_page_token: str | None


class VoiceSearch(msgspec.Struct, frozen=True):
    """search: words in what is told of a voice. next_page_token: of the page before."""

    search: str = ""
    language: str = ""
    gender: str = ""
    next_page_token: int = 0
    page_size: int = PAGE


class Language(msgspec.Struct, frozen=True):
    language_id: str
    name: str


class Model(msgspec.Struct, frozen=True, kw_only=True):
    model_id: str
    name: str
    description: str = ""
    can_do_text_to_speech: bool = True
    can_do_voice_conversion: bool = False
    can_be_finetuned: bool = False
    can_use_style: bool = False
    can_use_speaker_boost: bool = False
    languages: tuple[Language, ...]


LIST_VOICES = Shape("Voices, for who has the key in `xi-api-key`", replies={200: Voices})
SEARCH_VOICES = Shape("Voices, page by page", query=VoiceSearch, replies={200: VoicePage})
SHOW_VOICE = Shape("A voice", replies={200: ShownVoice})
LIST_MODELS = Shape("Engines, for who has the key in `xi-api-key`", replies={200: list[Model]})


def list_voices(request: Request) -> Voices:
    return Voices(tuple(map(_described, request.catalog.voices)))


def search_voices(request: Request) -> VoicePage:
    query = request.query
    wanted = query.get("search", "").lower().split()
    found = [
        each
        for each in map(_described, request.catalog.select(language=query.get("language", ""), gender=_gender(request)))
        if all(word in _searched(each) for word in wanted)
    ]
    start = _number(request, "next_page_token", 0, len(found))
    size = max(_number(request, "page_size", PAGE, LONGEST_PAGE), 1)
    page = found[start : start + size]
    more = start + len(page) < len(found)
    token = str(start + len(page)) if more else None
    return VoicePage(tuple(page), more, len(found), token)


def show_voice(request: Request) -> ShownVoice:
    """Also of a name of the vendor's, which some voice of ours answers to. Raises UnknownVoice."""
    name = request.path["voice"]
    return msgspec.structs.replace(_described(request.catalog.resolve(name, "")), voice_id=name)


def list_models(request: Request) -> list[Model]:
    engines: dict[str, list[Voice]] = {}
    for voice in request.catalog.voices:
        engines.setdefault(voice.engine, []).append(voice)
    return [
        Model(
            model_id=engine,
            name=engine,
            languages=tuple(Language(each, each) for each in sorted({voice.language for voice in voices})),
        )
        for engine, voices in engines.items()
    ]


def _described(voice: Voice) -> ShownVoice:
    return ShownVoice(
        voice_id=voice.name,
        name=voice.display_name,
        labels=Labels(voice.language, voice.gender, voice.engine),
        verified_languages=(VerifiedLanguage(voice.language, voice.engine, voice.language),),
    )


def _searched(described: ShownVoice) -> str:
    return " ".join((described.voice_id, described.name, *msgspec.structs.astuple(described.labels))).lower()


def _gender(request: Request) -> str:
    return request.query.get("gender", "").lower()


def _number(request: Request, name: str, default: int, most: int) -> int:
    written = request.query.get(name) or str(default)
    if not written.isdecimal():
        raise InvalidSetting(f"{name} is a number")
    return min(int(written[:9]), most)
