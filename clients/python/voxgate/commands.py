"""What a client says. On a WebSocket each is one JSON object; over gRPC the field names are the same."""

import msgspec


class _Command(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    pass


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    encoding: str = ""
    sample_rate: int = 0
    bit_rate: int = 0


class Pronunciation(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a phrase is said: as an alias, or as IPA. match_case: large and small letters differ."""

    phrase: str
    alias: str = ""
    ipa: str = ""
    match_case: bool = False


class OpenContext(_Command, frozen=True, tag="open_context"):
    context_id: str
    voice: str = ""
    language: str = ""
    speed: float | None = None
    pitch: float | None = None
    output: Output = Output()
    text_format: str = ""
    words: bool = False
    max_lead: float | None = None
    latency: str = ""
    pronunciations: tuple[Pronunciation, ...] = ()


class AppendText(_Command, frozen=True, tag="append_text"):
    context_id: str
    text: str


class Flush(_Command, frozen=True, tag="flush"):
    context_id: str


class Clear(_Command, frozen=True, tag="clear"):
    context_id: str
    played_ms: float | None = None


class CloseContext(_Command, frozen=True, tag="close_context"):
    context_id: str


class KeepAlive(_Command, frozen=True, tag="keep_alive"):
    context_id: str


Command = OpenContext | AppendText | Flush | Clear | CloseContext | KeepAlive
