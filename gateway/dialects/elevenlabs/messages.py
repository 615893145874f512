"""What ElevenLabs' clients say on the text-to-speech sockets. Fields that are not here steer the vendor's models or its
account.
"""

import msgspec

from gateway.dialects import decode_json

MOST_NAME = 128  # characters of a context's name; each audio message repeats it


class VoiceSettings(msgspec.Struct, frozen=True):
    speed: float | None = None


class GenerationConfig(msgspec.Struct, frozen=True):
    chunk_length_schedule: tuple[int, ...] | None = None


class Message(msgspec.Struct, frozen=True):
    text: str | None = None
    context_id: str | None = None
    camel_context_id: str | None = msgspec.field(name="contextId", default=None)
    flush: bool | None = None
    close_context: bool | None = None
    close_socket: bool | None = None
    try_trigger_generation: bool | None = None
    voice_settings: VoiceSettings | None = None
    generation_config: GenerationConfig | None = None

    @property
    def name(self) -> str:
        """Of its context; empty: it names none."""
        return self.context_id or self.camel_context_id or ""

    @property
    def speed(self) -> float:
        return (self.voice_settings and self.voice_settings.speed) or 1.0

    @property
    def schedule(self) -> tuple[int, ...]:
        """Characters that each generation has at least; empty: as we think best, which tries as soon as it can."""
        if self.try_trigger_generation or self.generation_config is None:
            return ()
        return self.generation_config.chunk_length_schedule or ()


class Key(msgspec.Struct, frozen=True):
    """Where the first message may have a key or a token."""

    dashed: str | None = msgspec.field(name="xi-api-key", default=None)
    xi_api_key: str | None = None
    authorization: str | None = None
    single_use_token: str | None = None


MESSAGE = msgspec.json.Decoder(Message)
KEY = msgspec.json.Decoder(Key)


def key_of(frame: str | bytes) -> str:
    """Raises InvalidMessage, BinaryNotAccepted."""
    found = decode_json(KEY, frame)
    bearer = (found.authorization or "").split()[-1:]
    return found.dashed or found.xi_api_key or found.single_use_token or "".join(bearer)
