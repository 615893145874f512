"""What can be asked for: models, and voices, which OpenAI has no list of and the servers that speak its protocol do.

Facts: OpenAI's API reference; Kokoro-FastAPI's and Open WebUI's sources for `/v1/audio/voices` and `/v1/audio/models`.
"""

from typing import Literal

import msgspec

from gateway.core.aliases import OPENAI
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Request
from gateway.errors import UnknownModel

NAMES = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts")  # any name is taken; these are what clients have in their menus
SINCE = 1_767_225_600  # seconds since 1970; the SDKs want some time of creation


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """created: seconds since 1970."""

    id: str
    object: Literal["model"] = "model"
    created: int = SINCE
    owned_by: str = "voxgate"


class Models(msgspec.Struct, frozen=True, kw_only=True):
    object: Literal["list"] = "list"
    data: tuple[Model, ...]


class AudioModel(msgspec.Struct, frozen=True):
    id: str
    name: str


class AudioModels(msgspec.Struct, frozen=True):
    models: tuple[AudioModel, ...]


class ListedVoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """language, gender: of ours."""

    id: str
    name: str
    language: str = ""
    gender: str = ""


class Voices(msgspec.Struct, frozen=True):
    voices: tuple[ListedVoice, ...]


MODELS = Shape("Models, which are names of engines here", replies={200: Models})
MODEL = Shape("A model", replies={200: Model})
AUDIO_MODELS = Shape("Models, as Kokoro-FastAPI lists them", replies={200: AudioModels})
VOICES = Shape("Voices, OpenAI's names first, then ours", replies={200: Voices})


def models(request: Request) -> Models:
    return Models(data=tuple(Model(id=name) for name in _names(request)))


def model(request: Request) -> Model:
    """Raises UnknownModel."""
    name = request.path["id"]
    if name not in _names(request):
        raise UnknownModel(f"the model {name[:80]!r} does not exist; there are: {', '.join(_names(request))}")
    return Model(id=name)


def audio_models(request: Request) -> AudioModels:
    return AudioModels(tuple(AudioModel(name, name) for name in _names(request)))


def voices(request: Request) -> Voices:
    """OpenAI's names first, then ours."""
    theirs = (ListedVoice(name, name.title()) for name in OPENAI)
    ours = (
        ListedVoice(voice.name, voice.display_name, voice.language, voice.gender) for voice in request.catalog.voices
    )
    return Voices((*theirs, *ours))


def _names(request: Request) -> list[str]:
    """The engines at work are models, too."""
    return [*dict.fromkeys((*NAMES, *(voice.engine for voice in request.catalog.voices)))]
