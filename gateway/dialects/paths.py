"""The table of vendors: who answers at which path."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from gateway.dialects.aitts.storage import AITTS_LIBRARY
from gateway.dialects.aitts.surface import AITTS, AITTS_LISTS
from gateway.dialects.cartesia.surface import CARTESIA
from gateway.dialects.deepgram.surface import DEEPGRAM
from gateway.dialects.elevenlabs.surface import ELEVENLABS
from gateway.dialects.jambonz import JAMBONZ
from gateway.dialects.kyutai.surface import KYUTAI
from gateway.dialects.livekit.surface import LIVEKIT
from gateway.dialects.native.library import LIBRARY
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.openai.surface import OPENAI
from gateway.dialects.surface import Listing, Surface
from gateway.dialects.ttsai.surface import TTSAI, TTSAI_LIVE
from gateway.dialects.ttsbuddy.surface import TTSBUDDY, TTSBUDDY_LISTS
from gateway.dialects.vapi import VAPI
from gateway.dialects.voiceai.surface import VOICEAI

DESKS = (AITTS, TTSAI, TTSBUDDY)
SHELVES = (LIBRARY, AITTS_LIBRARY)

SURFACES = (
    ELEVENLABS,  # claims its voices by their key, which the next would list
    DEEPGRAM,  # claims its models by its word for a key
    NATIVE,
    OPENAI,
    LIVEKIT,
    JAMBONZ,
    VAPI,
    KYUTAI,
    VOICEAI,
    CARTESIA,
    TTSBUDDY_LISTS,  # claims the voices of who shows no key, which the next would refuse
    AITTS_LISTS,
    TTSAI_LIVE,
)


def listings(surfaces: Iterable[Surface]) -> Mapping[str, list[tuple[Surface, Listing]]]:
    """GET paths, which several vendors may have: who claims a request answers it, in the order of the table."""
    found = defaultdict(list)
    for surface in surfaces:
        for path, listing in surface.gets.items():
            found[path].append((surface, listing))
    return found
