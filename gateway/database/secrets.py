"""Secrets of the server itself, made when they are first needed; all processes of a database have the same."""

import secrets
import time

from sqlalchemy import select

from gateway.database.tables import server_secrets
from gateway.database.writing import Writing

SECRET_BYTES = 32


async def secret_of(writing: Writing, name: str) -> bytes:
    """256 bits. Of any number of processes that come first, one makes it."""
    new = {"name": name, "secret": secrets.token_hex(SECRET_BYTES), "created_at": time.time()}
    async with writing.begin() as connection:
        await connection.execute(writing.insert_new(server_secrets, **new))
        kept = await connection.execute(select(server_secrets.c.secret).where(server_secrets.c.name == name))
        return bytes.fromhex(kept.scalar_one())
