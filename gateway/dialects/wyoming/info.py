"""What a Wyoming client is told beside the conversation: what we are, and that we are there."""

from typing import Any

from gateway.core.language_tags import written
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects.wyoming.frames import WyomingEvent
from gateway.errors import WorkerUnavailable


def answer_aside(event: WyomingEvent, catalog: VoiceCatalog, version: str) -> WyomingEvent | None:
    """What is answered at once; None: it belongs to the conversation.

    Raises WorkerUnavailable: Home Assistant asks once, and would believe that there are no voices.
    """
    if event.type == "ping":
        return WyomingEvent("pong", {"text": event.data.get("text")})
    if event.type != "describe":
        return None
    if not catalog.voices:
        raise WorkerUnavailable("no worker is ready yet, so there are no voices")
    return WyomingEvent("info", {"tts": [_program(catalog, version)]})


def _program(catalog: VoiceCatalog, version: str) -> dict[str, Any]:
    return {
        **_artifact("voxgate", "Voxgate", "Voxgate", version),
        "voices": [_voice(voice) for voice in catalog.voices],
        "supports_synthesize_streaming": True,
    }


def _voice(voice: Voice) -> dict[str, Any]:
    shown = voice.display_name or voice.name
    return {**_artifact(voice.name, shown, voice.engine, None), "languages": [written(voice.language)]}


def _artifact(name: str, description: str, maker: str, version: str | None) -> dict[str, Any]:
    """What the protocol wants to know of everything. Clients need each field to be there."""
    return {
        "name": name,
        "description": description,
        "attribution": {"name": maker, "url": ""},
        "installed": True,
        "version": version,
    }
