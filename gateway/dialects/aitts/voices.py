"""`/voices`: our voices in the vendor's records, with its filters.

Facts: the vendor's tutorial, which names the filters and most of a record's fields. All is listed unless `limit` is
given. What a voice can do is what this server does with every voice: SSML, two speakers, streams, speed, bit rates; no
engine here follows a prompt. There is one tier.
"""

import msgspec

from gateway.core.public_names import locale_of
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects.aitts.replies import Success, success
from gateway.dialects.paging import number_of, page_of
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

GENDERS = ("male", "female", "neutral", "unknown")
TIERS = TIER, _ = ("premium", "ultra")
MOST = 1_000  # voices of a page


class Characteristics(msgspec.Struct, frozen=True):
    """What nobody knows of an engine's voice is null."""

    styles: tuple[str, ...] = ()
    pitch: str | None = None
    age: str | None = None


class VoiceRecord(msgspec.Struct, frozen=True):
    voice_id: str
    name: str
    provider: str
    language: str
    gender: str
    sample_rate_hertz: int
    sample_url: str
    characteristics: Characteristics = Characteristics()
    tier: str = TIER
    model_type: str = TIER
    supports_ssml: bool = True
    supports_multispeaker: bool = True
    supports_streaming: bool = True
    supports_speed: bool = True
    supports_bitrate: bool = True
    supports_prompt: bool = False
    supports_markup: bool = False


class VoiceFilters(msgspec.Struct, frozen=True):
    """The query. search: words that are all in a voice's id or name."""

    language: str = ""
    provider: str = ""
    model_type: str = ""
    gender: str = ""
    search: str = ""
    limit: int = MOST
    cursor: str = ""


class VoicePage(msgspec.Struct, frozen=True):
    """total: of all pages."""

    voices: tuple[VoiceRecord, ...]
    total: int
    next_cursor: str | None = None


def list_voices(request: Request) -> Success[VoicePage]:
    query, catalog = request.query, request.catalog
    gender, tier = query.get("gender", "").lower(), query.get("model_type", "").lower()
    if gender not in ("", *GENDERS):
        raise InvalidSetting(f"gender is one of: {', '.join(GENDERS)}")
    if tier not in ("", *TIERS):
        raise InvalidSetting(f"model_type is one of: {', '.join(TIERS)}")
    words = query.get("search", "").lower().split()
    found = [
        record
        for voice in catalog.select(language=query.get("language", ""), engine=query.get("provider", ""))
        if tier in ("", TIER) and (record := record_of(voice, catalog)) and gender in ("", record.gender)
        if all(word in f"{record.voice_id} {record.name}".lower() for word in words)
    ]
    page, following = page_of(found, query.get("cursor", ""), number_of(query, "limit", MOST, MOST))
    return success(VoicePage(tuple(page), len(found), following))


def show_voice(request: Request) -> Success[VoiceRecord]:
    """Also of a name of the vendor's, which some voice of ours answers to. Raises UnknownVoice."""
    name, catalog = request.path["voice_id"], request.catalog
    voice = catalog.resolve(name, "")
    return success(msgspec.structs.replace(record_of(voice, catalog), voice_id=name))


def record_of(voice: Voice, catalog: VoiceCatalog) -> VoiceRecord:
    public = catalog.public_name(voice)
    return VoiceRecord(
        voice_id=public,
        name=voice.display_name,
        provider=voice.engine,
        language=locale_of(voice.language),
        gender=voice.gender if voice.gender in GENDERS else "unknown",
        sample_rate_hertz=voice.sample_rate,
        sample_url=f"/api/v1/voices/{public}/sample-url",
    )
