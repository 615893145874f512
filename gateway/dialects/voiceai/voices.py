"""`GET /api/v1/tts/voices` and `/api/v1/tts/voice/{voice_id}`.

Facts: what the vendor's API reference and a public client of it say of a voice, of the filter and of pages of ten. All
of ours are public, and there at once.
"""

from typing import Literal

import msgspec

from gateway.core.voices import Voice
from gateway.dialects.paging import number_of
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

PAGE, MOST = 10, 1_000
VISIBILITIES = ("PUBLIC", "PRIVATE")


class ShownVoice(msgspec.Struct, frozen=True):
    """language: two letters, mostly."""

    voice_id: str
    name: str
    language: str
    visibility: Literal["PUBLIC"] = "PUBLIC"
    status: Literal["AVAILABLE"] = "AVAILABLE"


class VoiceList(msgspec.Struct, frozen=True):
    voices: tuple[ShownVoice, ...]


class VoiceFilters(msgspec.Struct, frozen=True):
    """The query. visibility: PUBLIC or PRIVATE; there are none of the latter."""

    limit: int = PAGE
    offset: int = 0
    visibility: str = ""


def list_voices(request: Request) -> VoiceList:
    """Raises InvalidSetting."""
    query = request.query
    limit, offset = number_of(query, "limit", PAGE, MOST), number_of(query, "offset", 0, least=0)
    visibility = query.get("visibility", "")
    if visibility not in ("", *VISIBILITIES):
        raise InvalidSetting(f"visibility is {' or '.join(VISIBILITIES)}")
    found = () if visibility == "PRIVATE" else request.catalog.voices[offset : offset + limit]
    return VoiceList(tuple(_shown(voice, voice.name) for voice in found))


def show_voice(request: Request) -> ShownVoice:
    """Also of a name that some voice of ours answers to. Raises UnknownVoice."""
    name = request.path["voice_id"]
    return _shown(request.catalog.resolve(name, ""), name)


def _shown(voice: Voice, name: str) -> ShownVoice:
    return ShownVoice(name, voice.display_name, voice.language.split("-", maxsplit=1)[0])
