"""Cartesia's GET /voices and /voices/{id}, by our own names."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated

import msgspec

from gateway.core.language_tags import written
from gateway.core.voices import Voice
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Listing, Request
from gateway.errors import InvalidSetting, UnknownVoice

DEFAULT_PAGE, LONGEST_PAGE = 10, 100
LONGEST_NUMBER = 9  # digits
GENDERS: Mapping[str, str] = MappingProxyType({"female": "feminine", "male": "masculine"})
NEUTRAL = "gender_neutral"
UNKNOWN_DATE = "1970-01-01T00:00:00Z"  # clients parse one


class Locale(msgspec.Struct, frozen=True):
    locale: str
    is_native: bool = True


class ShownVoice(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    description: str
    tagline: str = ""
    language: str
    locales: tuple[Locale, ...]
    gender: str
    is_owner: bool = False
    is_public: bool = True
    access: str = "public"
    visibility: str = "all"
    created_at: str = UNKNOWN_DATE


class VoicePage(msgspec.Struct, frozen=True):
    data: tuple[ShownVoice, ...]
    has_more: bool
    next_page: str | None


class VoiceSearch(msgspec.Struct, frozen=True):
    """starting_after, ending_before: the id of a voice."""

    q: str = ""
    gender: str = ""
    language: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = DEFAULT_PAGE
    starting_after: str = ""
    ending_before: str = ""


def _list(request: Request) -> VoicePage:
    found = [
        voice for voice in request.catalog.select(language=request.query.get("language", "")) if _fits(voice, request)
    ]
    page, more = _page(found, request.query)
    next_page = page[-1].name if page and more else None
    return VoicePage(tuple(map(_described, page)), more, next_page)


def _get(request: Request) -> ShownVoice:
    """A vendor's name finds the voice that speaks for it."""
    return _described(request.catalog.resolve(request.path["id"], ""))


def _fits(voice: Voice, request: Request) -> bool:
    gender, wanted = request.query.get("gender"), request.query.get("q", "").lower()
    return gender in (None, "", _gender(voice)) and wanted in f"{voice.name} {voice.display_name}".lower()


def _page(found: Sequence[Voice], query: Mapping[str, str]) -> tuple[Sequence[Voice], bool]:
    """(the page, whether there is more in the direction in which the client reads)"""
    limit = _limit(query.get("limit") or str(DEFAULT_PAGE))
    names = [voice.name for voice in found]
    if before := query.get("ending_before"):
        end = _place(names, before)
        return found[max(end - limit, 0) : end], end > limit
    after = query.get("starting_after")
    start = _place(names, after) + 1 if after else 0
    return found[start : start + limit], start + limit < len(found)


def _limit(limit: str) -> int:
    if not limit.isdecimal() or len(limit) > LONGEST_NUMBER or not 1 <= int(limit) <= LONGEST_PAGE:
        raise InvalidSetting(f"limit is from 1 to {LONGEST_PAGE}")
    return int(limit)


def _place(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise UnknownVoice(f"no voice of this list is named {name[:80]!r}")
    return names.index(name)


def _gender(voice: Voice) -> str:
    return GENDERS.get(voice.gender, NEUTRAL)


def _described(voice: Voice) -> ShownVoice:
    locale = written(voice.language)
    return ShownVoice(
        id=voice.name,
        name=voice.display_name,
        description=f"{voice.display_name}, {locale}, spoken by {voice.engine}",
        language=voice.language.partition("-")[0],
        locales=(Locale(locale),),
        gender=_gender(voice),
    )


VOICES = Listing(_list, shape=Shape("Voices, page by page", query=VoiceSearch, replies={200: VoicePage}))
VOICE = Listing(_get, shape=Shape("A voice", replies={200: ShownVoice}))
