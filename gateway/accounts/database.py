"""Where accounts are kept. SQLite by default; another database by its URL (`postgresql+asyncpg://...`)."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, MetaData, String, Table, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateTable

from gateway.config import ConfigError

BUSY_TIMEOUT = 5.0  # seconds that a writer waits for another; sqlite3's own default, and our writes take milliseconds
MAX_NAME = 200  # characters

metadata = MetaData()

# Times are seconds since 1970. Keys are never deleted: their name explains old records.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(MAX_NAME), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
    Column("revoked_at", Float),
)

# key_id is null when the server had no keys yet.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("key_id", String(32), ForeignKey("api_keys.id")),
    Column("expires_at", Float, nullable=False),
)


async def open_database(url: str) -> AsyncEngine:
    """An engine whose tables exist. Dispose of it at the end. ConfigError: the URL is of no use."""
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        _make_folder(engine.url.database)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    async with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            await connection.execute(text("PRAGMA journal_mode=WAL"))  # readers and the writer do not wait for another
        for table in metadata.sorted_tables:
            # Several processes start at once, so "is it there?" and "make it" must be one statement.
            await connection.execute(CreateTable(table, if_not_exists=True))
    return engine


def _engine(url: str) -> AsyncEngine:
    try:
        return create_async_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (SQLAlchemyError, ModuleNotFoundError) as error:
        raise ConfigError(f"VOXGATE_DATABASE_URL: {error}") from error


def _make_folder(database: str | None) -> None:
    if database and database != ":memory:":
        Path(database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={round(BUSY_TIMEOUT * 1000)}")
    connection.execute("PRAGMA synchronous=NORMAL")  # safe with WAL: a power cut may lose the last commits, never break
