"""Where the first message of a connection may have a key or a token."""

from collections.abc import Sequence

import msgspec

from gateway.dialects import Close, decode_json, encode_json
from gateway.dialects.elevenlabs.errors import code_of, describe
from gateway.dialects.surface import LateKey
from gateway.errors import SpeechError


class Key(msgspec.Struct, frozen=True):
    dashed: str | None = msgspec.field(name="xi-api-key", default=None)
    xi_api_key: str | None = None
    authorization: str | None = None
    single_use_token: str | None = None


KEY = msgspec.json.Decoder(Key)


def _key_of(frame: str | bytes) -> str:
    """Empty: it has none. Raises InvalidMessage, BinaryNotAccepted."""
    found = decode_json(KEY, frame)
    bearer = (found.authorization or "").split()[-1:]
    return found.dashed or found.xi_api_key or found.single_use_token or "".join(bearer)


def _tell(error: SpeechError) -> Sequence[str | bytes | Close]:
    return [encode_json(describe(error)), Close(code_of(error), error.message)]


LATE_KEY = LateKey(_key_of, _tell)
