"""Deepgram's models are voices: which one a request names, and GET /v1/models."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

import msgspec

from gateway.core.voices import Voice
from gateway.dialects.claims import by_token
from gateway.dialects.shape import Shape
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


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    accent: str = ""
    tags: tuple[str, ...]


class ShownModel(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    canonical_name: str
    architecture: str = ARCHITECTURE
    languages: tuple[str, ...]
    version: str
    uuid: str
    metadata: Metadata


class ShownModels(msgspec.Struct, frozen=True, kw_only=True):
    """stt: nothing is recognized here."""

    stt: tuple[ShownModel, ...] = ()
    tts: tuple[ShownModel, ...]


def model_of(request: Request, default: str) -> Model:
    """default: the vendor's own. Raises UnknownVoice, WorkerUnavailable."""
    name = request.query.get("model") or default
    return Model(name, request.catalog.resolve(name, ""))


def _list(request: Request) -> ShownModels:
    return ShownModels(tts=tuple(map(_described, request.catalog.voices)))


def _get(request: Request) -> ShownModel:
    return _described(request.catalog.resolve(request.path["id"], ""))


def _described(voice: Voice) -> ShownModel:
    return ShownModel(
        name=voice.display_name,
        canonical_name=voice.name,
        languages=(voice.language,),
        version=voice.engine,
        uuid=_uuid(voice),
        metadata=Metadata(tags=(voice.gender,) if voice.gender else ()),
    )


def _uuid(voice: Voice) -> str:
    """The same for the same voice, everywhere."""
    return str(uuid5(NAMESPACE_URL, f"voxgate:{voice.engine}:{voice.name}"))


MODELS = Listing(_list, by_token, Shape("Voices, for who says `Token KEY`", replies={200: ShownModels}))
MODEL = Listing(_get, by_token, Shape("A voice, for who says `Token KEY`", replies={200: ShownModel}))
