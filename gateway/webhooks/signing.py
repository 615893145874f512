"""How a receiver knows that a webhook is ours: Standard Webhooks' headers, and those of AI TTS Microservice.

A secret is 32 random bytes. As `whsec_...` in base64 it is what the libraries of Standard Webhooks take; in hexadecimal
it is, letter for letter, the HMAC key of `X-TTS-Signature: t=...,v1=...` over `{t}.{body}`.
"""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook


def new_secret() -> str:
    """In hexadecimal."""
    return secrets.token_hex(32)


def as_standard(secret: str) -> str:
    """As Standard Webhooks writes it."""
    return f"whsec_{b64encode(bytes.fromhex(secret)).decode()}"


def sign(keys: Sequence[str], delivery_id: str, event: str, body: str, now: float) -> dict[str, str]:
    """The headers. keys: secrets, the newest first; while one is replaced a receiver may know either; without
    any there is nothing to verify, only an id by which a repetition is known.
    """
    moment = int(now)
    named = {"webhook-id": delivery_id, "X-TTS-Event": event, "X-TTS-Delivery-ID": delivery_id}
    if not keys:
        return named
    standard = [Webhook(as_standard(key)).sign(delivery_id, datetime.fromtimestamp(moment, UTC), body) for key in keys]
    return {
        **named,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(standard),
        "X-TTS-Signature": ",".join([f"t={moment}", *(f"v1={_digest(key, moment, body)}" for key in keys)]),
    }


def _digest(key: str, moment: int, body: str) -> str:
    return hmac.new(key.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
