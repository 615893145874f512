"""Where the first message of a connection may have a key or a token."""

import msgspec

from gateway.dialects import decode_json


class Key(msgspec.Struct, frozen=True):
    dashed: str | None = msgspec.field(name="xi-api-key", default=None)
    xi_api_key: str | None = None
    authorization: str | None = None
    single_use_token: str | None = None


KEY = msgspec.json.Decoder(Key)


def key_of(frame: str | bytes) -> str:
    """Empty: it has none. Raises InvalidMessage, BinaryNotAccepted."""
    found = decode_json(KEY, frame)
    bearer = (found.authorization or "").split()[-1:]
    return found.dashed or found.xi_api_key or found.single_use_token or "".join(bearer)
