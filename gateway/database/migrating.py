"""Brings tables to this version of the program.

Migrations are alembic's and come with the package. Any number of processes may start at once: one migrates, the others
wait for its lock and find nothing left to do.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.database.engine import is_sqlite

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x766F7867  # PostgreSQL's advisory locks are numbers; ours says "voxg"


async def upgrade(engine: AsyncEngine) -> None:
    if is_sqlite(engine):
        async with engine.connect() as connection:  # readers and the writer do not wait for each other
            await connection.execute(text("PRAGMA journal_mode=WAL"))
    async with engine.connect() as connection:
        await _lock(connection)
        await connection.run_sync(_upgrade)
        await connection.commit()


async def _lock(connection: AsyncConnection) -> None:
    """Until the end of the transaction; in SQLite it is the transaction itself."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
