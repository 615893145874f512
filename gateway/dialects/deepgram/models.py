"""Deepgram's models are voices: which one a request names, and GET /v1/models."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gateway.core.voices import Voice
from gateway.dialects.surface import Listing, Request

ARCHITECTURE = "voxgate"


@dataclass(frozen=True, slots=True)
class Model:
    """name: as the client knows it; voice: which of ours speaks for it."""

    name: str
    voice: Voice

    @property
    def version(self) -> str:
        return self.voice.engine

    @property
    def uuid(self) -> str:
        return _uuid(self.voice)


def model_of(request: Request, default: str) -> Model:
    """default: the vendor's own. Raises UnknownVoice, WorkerUnavailable."""
    name = request.query.get("model") or default
    return Model(name, request.catalog.resolve(name, ""))


def is_deepgrams(request: Request) -> bool:
    """Whose list of models is meant: only Deepgram's clients say `Token`."""
    return request.headers.get("authorization", "").lower().startswith("token ")


def _list(request: Request) -> dict[str, Any]:
    return {"stt": [], "tts": [_described(voice) for voice in request.catalog.voices]}


def _get(request: Request) -> dict[str, Any]:
    return _described(request.catalog.resolve(request.path["id"], ""))


def _described(voice: Voice) -> dict[str, Any]:
    return {
        "name": voice.display_name,
        "canonical_name": voice.name,
        "architecture": ARCHITECTURE,
        "languages": [voice.language],
        "version": voice.engine,
        "uuid": _uuid(voice),
        "metadata": {"accent": "", "tags": [voice.gender] if voice.gender else []},
    }


def _uuid(voice: Voice) -> str:
    """The same for the same voice, everywhere."""
    return str(uuid5(NAMESPACE_URL, f"voxgate:{voice.engine}:{voice.name}"))


MODELS = Listing(_list, claims=is_deepgrams)
MODEL = Listing(_get, claims=is_deepgrams)
