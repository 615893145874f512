"""Secrets that we hand out and later only recognise."""

import hashlib
import secrets

SECRET_BYTES = 32  # 256 bits cannot be guessed, so a plain SHA-256 is enough and costs a microsecond


def new_secret(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What we store. Secrets are looked up by it, so the time of a look-up tells nothing about the secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
