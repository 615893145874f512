"""The tables of protocols: a path leads to its dialect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.dialects import Dialect
from gateway.dialects.native import AudioMode, NativeDialect
from gateway.dialects.native_http import NATIVE_HTTP
from gateway.dialects.one_shot import OneShot
from gateway.dialects.voiceai import VoiceaiDialect
from gateway.dialects.voiceai_http import VOICEAI_HTTP
from gateway.errors import InvalidSetting

WebSocketDialect = Dialect[str | bytes, str | bytes]


@dataclass(frozen=True, slots=True)
class Query:
    """What a dialect may need to know at the upgrade: the query string, and the operator's settings."""

    values: Mapping[str, str]
    voiceai_grace: float


def _native(query: Query) -> WebSocketDialect:
    audio = query.values.get("audio", AudioMode.BASE64)
    if audio not in list(AudioMode):
        raise InvalidSetting(f"audio is one of: {', '.join(AudioMode)}")
    return NativeDialect(AudioMode(audio))


# WebSocket.
PATHS: Mapping[str, Callable[[Query], WebSocketDialect]] = MappingProxyType(
    {
        "/v1/stream": _native,
        "/api/v1/tts/stream": lambda query: VoiceaiDialect(multi=False, grace=query.voiceai_grace),
        "/api/v1/tts/multi-stream": lambda query: VoiceaiDialect(multi=True, grace=query.voiceai_grace),
    }
)

# POST: one text, whole.
HTTP_PATHS: Mapping[str, OneShot] = MappingProxyType(
    {
        "/v1/speech": NATIVE_HTTP,
        "/api/v1/tts/speech": VOICEAI_HTTP,
        "/api/v1/tts/speech/stream": VOICEAI_HTTP,
    }
)
