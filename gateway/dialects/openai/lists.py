"""What can be asked for: models, and voices, which OpenAI has no list of and the servers that speak its protocol do.

Facts: OpenAI's API reference; Kokoro-FastAPI's and Open WebUI's sources for `/v1/audio/voices` and `/v1/audio/models`.
"""

from typing import Any

from gateway.core.aliases import OPENAI
from gateway.dialects.surface import Request
from gateway.errors import UnknownModel

NAMES = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")  # any name is taken; these are what clients have in their menus
SINCE = 1_767_225_600  # seconds since 1970; the SDKs want some time of creation


def models(request: Request) -> dict[str, Any]:
    return {"object": "list", "data": [_model(name) for name in _names(request)]}


def model(request: Request) -> dict[str, Any]:
    """Raises UnknownModel."""
    name = request.path["id"]
    if name not in _names(request):
        raise UnknownModel(f"the model {name[:80]!r} does not exist; there are: {', '.join(_names(request))}")
    return _model(name)


def audio_models(request: Request) -> dict[str, Any]:
    return {"models": [{"id": name, "name": name} for name in _names(request)]}


def voices(request: Request) -> dict[str, Any]:
    """OpenAI's names first, then ours."""
    theirs = [{"id": name, "name": name.title()} for name in OPENAI]
    ours = [
        {"id": voice.name, "name": voice.display_name, "language": voice.language, "gender": voice.gender}
        for voice in request.catalog.voices
    ]
    return {"voices": [*theirs, *ours]}


def of_openai(request: Request) -> bool:
    """ElevenLabs and Deepgram have models at this path, too."""
    return "xi-api-key" not in request.headers and not request.headers.get("authorization", "").lower().startswith(
        "token "
    )


def _names(request: Request) -> list[str]:
    """The engines at work are models, too."""
    return [*dict.fromkeys((*NAMES, *(voice.engine for voice in request.catalog.voices)))]


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": SINCE, "owned_by": "voxgate"}
