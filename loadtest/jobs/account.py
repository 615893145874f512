"""A key of the load test's own, and what is in its month."""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


def new_key(environ: Mapping[str, str]) -> str:
    """environ: where the server's database is."""
    command = [str(Path(sys.executable).with_name("voxgate")), "keys", "create", "loadtest"]
    made = subprocess.run(command, env=os.environ | environ, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return made.stdout.strip()


async def month(database: str) -> tuple[int, int]:
    """Characters and milliseconds of audio, as the server has them. database: its URL."""
    engine = create_async_engine(database)
    try:
        async with engine.connect() as connection:
            row = (await connection.execute(text("SELECT sum(characters), sum(audio_ms) FROM usage"))).one()
            return int(row[0] or 0), int(row[1] or 0)
    finally:
        await engine.dispose()


def owed(jobs: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """The same, as it ought to be: completed jobs are paid, of cancelled ones what could be heard, failed ones not."""
    characters = audio_ms = 0
    for job in jobs:
        if job["state"] == "completed":
            characters += job["characters"]
            audio_ms += round(1000 * job["audio"]["seconds"])
        elif job["state"] == "cancelled":
            characters += job["spoken"]
            audio_ms += round(1000 * job["heard_seconds"])
    return characters, audio_ms
