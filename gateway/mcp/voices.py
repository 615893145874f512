"""The tools about voices."""

from dataclasses import asdict
from typing import Annotated, Any

import msgspec

from gateway.accounts.plans import Scope
from gateway.core.voices import Voice
from gateway.mcp.caller import Caller
from gateway.mcp.tool import Answer, Tool


class SearchVoices(msgspec.Struct, frozen=True):
    language: Annotated[str, msgspec.Meta(description="BCP 47, as en-US; en finds every English")] = ""
    gender: Annotated[str, msgspec.Meta(description="female, male, neutral or unknown")] = ""
    provider: Annotated[str, msgspec.Meta(description="the engine that speaks, as kokoro or espeak")] = ""
    query: Annotated[str, msgspec.Meta(description="a part of the voice's name")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="voices in the answer")] = 50


class OfVoice(msgspec.Struct, frozen=True):
    voice_id: Annotated[str, msgspec.Meta(description="from search_voices, or a hosted API's name of a voice")]


async def search(caller: Caller, arguments: SearchVoices) -> Answer:
    catalog, part = caller.asked.catalog, arguments.query.lower()
    found = catalog.select(language=arguments.language, gender=arguments.gender, engine=arguments.provider)
    named = [voice for voice in found if part in voice.name.lower() or part in voice.display_name.lower()]
    return Answer({"voices": [_told(voice) for voice in named[: arguments.limit]], "total": len(named)})


async def show(caller: Caller, arguments: OfVoice) -> Answer:
    """A name of another vendor is told of as the voice that it gets."""
    return Answer(_told(caller.asked.catalog.resolve(arguments.voice_id, "")))


def _told(voice: Voice) -> dict[str, Any]:
    known = asdict(voice)
    return {"voice_id": known.pop("name"), "provider": known.pop("engine"), **known}


VOICE_TOOLS = (
    Tool("search_voices", "Find voices by language, gender, provider or name.", Scope.VOICES, SearchVoices, search),
    Tool("get_voice_details", "What is known of one voice.", Scope.VOICES, OfVoice, show),
)
