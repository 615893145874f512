"""ElevenLabs' lists: our voices in its words, and our engines where it has models, which nothing here depends on."""

from typing import Any

from gateway.core.voices import Voice
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

PAGE, LONGEST_PAGE = 10, 100  # the vendor's


def is_ours(request: Request) -> bool:
    """Of the vendors that have the same path."""
    return "xi-api-key" in request.headers


def list_voices(request: Request) -> dict[str, Any]:
    return {"voices": [_described(voice) for voice in request.catalog.voices]}


def search_voices(request: Request) -> dict[str, Any]:
    """Filters: search (words in what is told of a voice), language, gender. next_page_token: of the page before."""
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
    return {"voices": page, "has_more": more, "total_count": len(found), "next_page_token": token}


def show_voice(request: Request) -> dict[str, Any]:
    """Also of a name of the vendor's, which some voice of ours answers to. Raises UnknownVoice."""
    name = request.path["voice"]
    return {**_described(request.catalog.resolve(name, "")), "voice_id": name}


def list_models(request: Request) -> list[dict[str, Any]]:
    engines: dict[str, list[Voice]] = {}
    for voice in request.catalog.voices:
        engines.setdefault(voice.engine, []).append(voice)
    return [
        {
            "model_id": engine,
            "name": engine,
            "description": "",
            "can_do_text_to_speech": True,
            "can_do_voice_conversion": False,
            "can_be_finetuned": False,
            "can_use_style": False,
            "can_use_speaker_boost": False,
            "languages": [{"language_id": each, "name": each} for each in sorted({voice.language for voice in voices})],
        }
        for engine, voices in engines.items()
    ]


def _described(voice: Voice) -> dict[str, Any]:
    return {
        "voice_id": voice.name,
        "name": voice.display_name,
        "category": "premade",
        "labels": {"language": voice.language, "gender": voice.gender, "engine": voice.engine},
        "description": None,
        "preview_url": None,
        "samples": None,
        "settings": None,
        "available_for_tiers": [],
        "high_quality_base_model_ids": [],
        "verified_languages": [{"language": voice.language, "model_id": voice.engine, "locale": voice.language}],
    }


def _searched(described: dict[str, Any]) -> str:
    return " ".join((described["voice_id"], described["name"], *described["labels"].values())).lower()


def _gender(request: Request) -> str:
    return request.query.get("gender", "").lower()


def _number(request: Request, name: str, default: int, most: int) -> int:
    written = request.query.get(name) or str(default)
    if not written.isdecimal():
        raise InvalidSetting(f"{name} is a number")
    return min(int(written[:9]), most)
