"""The tools about voices: AI TTS's records of ours, with its filters."""

from typing import Annotated

import msgspec

from gateway.accounts.plans import Scope
from gateway.dialects.aitts.surface import AITTS_LISTS
from gateway.mcp.caller import Caller
from gateway.mcp.speech import BASE, data_of
from gateway.mcp.tool import Answer, Tool


class SearchVoices(msgspec.Struct, frozen=True):
    """As the query of AI TTS's `GET /voices`."""

    language: Annotated[str, msgspec.Meta(description="BCP 47, as en-US; en finds every English")] = ""
    gender: Annotated[str, msgspec.Meta(description="female, male, neutral or unknown")] = ""
    provider: Annotated[str, msgspec.Meta(description="the engine that speaks, as kokoro or espeak")] = ""
    model_type: Annotated[str, msgspec.Meta(description="premium, which all are")] = ""
    search: Annotated[str, msgspec.Meta(description="words of the voice's name or id")] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="voices in one answer")] = 50
    cursor: Annotated[str, msgspec.Meta(description="the answer before's next_cursor")] = ""


class OfVoice(msgspec.Struct, frozen=True):
    voice_id: Annotated[str, msgspec.Meta(description="from search_voices, or a hosted API's name of a voice")]


async def search(caller: Caller, arguments: SearchVoices) -> Answer:
    query = {name: str(value) for name, value in msgspec.structs.asdict(arguments).items()}
    return Answer(data_of(AITTS_LISTS.gets[f"{BASE}/voices"].write(caller.asking(query=query))))


async def show(caller: Caller, arguments: OfVoice) -> Answer:
    """A name of another vendor is told of as the voice that it gets."""
    asked = caller.asking({"voice_id": arguments.voice_id})
    return Answer(data_of(AITTS_LISTS.gets[f"{BASE}/voices/{{voice_id}}"].write(asked)))


VOICE_TOOLS = (
    Tool("search_voices", "Find voices by language, gender, provider or name.", Scope.VOICES, SearchVoices, search),
    Tool("get_voice_details", "What is known of one voice.", Scope.VOICES, OfVoice, show),
)
