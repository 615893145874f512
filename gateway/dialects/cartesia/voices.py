"""Cartesia's GET /voices and /voices/{id}, by our own names."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gateway.core.language_tags import written
from gateway.core.voices import Voice
from gateway.dialects.surface import Listing, Request
from gateway.errors import InvalidSetting, UnknownVoice

DEFAULT_PAGE, LONGEST_PAGE = 10, 100
LONGEST_NUMBER = 9  # digits
GENDERS: Mapping[str, str] = MappingProxyType({"female": "feminine", "male": "masculine"})
NEUTRAL = "gender_neutral"
UNKNOWN_DATE = "1970-01-01T00:00:00Z"  # clients parse one


def _list(request: Request) -> dict[str, Any]:
    """Filters: q, gender, language. Pages: limit, starting_after, ending_before."""
    found = [
        voice for voice in request.catalog.select(language=request.query.get("language", "")) if _fits(voice, request)
    ]
    page, more = _page(found, request.query)
    next_page = page[-1].name if page and more else None
    return {"data": [_described(voice) for voice in page], "has_more": more, "next_page": next_page}


def _get(request: Request) -> dict[str, Any]:
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


def _described(voice: Voice) -> dict[str, Any]:
    language, locale = voice.language.partition("-")[0], written(voice.language)
    return {
        "id": voice.name,
        "name": voice.display_name,
        "description": f"{voice.display_name}, {locale}, spoken by {voice.engine}",
        "tagline": "",
        "language": language,
        "locales": [{"locale": locale, "is_native": True}],
        "gender": _gender(voice),
        "is_owner": False,
        "is_public": True,
        "access": "public",
        "visibility": "all",
        "created_at": UNKNOWN_DATE,
    }


VOICES = Listing(_list)
VOICE = Listing(_get)
