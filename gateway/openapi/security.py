"""Where a key may stand: every way that some vendor's clients have."""

from collections.abc import Mapping
from typing import Any

from gateway.transports.request import KEY_HEADERS, KEY_QUERIES

BEARER = "bearer"


def schemes() -> dict[str, Mapping[str, Any]]:
    """By the name that an operation's `security` uses."""
    headers = {f"header.{name}": {"type": "apiKey", "in": "header", "name": name} for name in KEY_HEADERS}
    queries = {f"query.{name}": {"type": "apiKey", "in": "query", "name": name} for name in KEY_QUERIES}
    return {
        BEARER: {
            "type": "http",
            "scheme": "bearer",
            "description": "`Bearer KEY`, or `Token KEY` as Deepgram's clients say; a LiveKit token whose issuer is "
            "the key. Browsers, whose WebSockets have no headers, have the queries, or the subprotocols `token, KEY` "
            "and `bearer, KEY`.",
        },
        **headers,
        **queries,
    }
