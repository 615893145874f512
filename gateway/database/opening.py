"""Opens the database with its tables as this version of the program knows them.

Migrations are alembic's and come with the package. Any number of processes may start at once: one migrates, the others
wait for its lock and find nothing left to do.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.config import ConfigError
from gateway.database.engine import is_sqlite, open_engine
from gateway.database.errors import UNANSWERED

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x766F7867  # PostgreSQL's advisory locks are numbers; ours says "voxg"


async def open_database(url: str, *, migrate: bool = True) -> AsyncEngine:
    """An engine whose tables are those of this program. Dispose of it at the end.

    ConfigError: the URL is of no use, nobody answers there, or the tables are older (and migrate is False) or newer.
    """
    engine = open_engine(url)
    try:
        await _settle(engine, migrate=migrate)
    except UNANSWERED as error:
        await engine.dispose()
        raise ConfigError(f"VOXGATE_DATABASE_URL: {_one_line(error)}") from error
    except ConfigError:
        await engine.dispose()
        raise
    return engine


async def revision_of(engine: AsyncEngine) -> str | None:
    """Of its tables; None: there are none of ours, or they are older than migrations."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revision)


async def _settle(engine: AsyncEngine, *, migrate: bool) -> None:
    script = ScriptDirectory.from_config(_config())
    head, revision = script.get_current_head(), await revision_of(engine)
    if revision == head:
        return
    if revision is not None and revision not in {step.revision for step in script.walk_revisions()}:
        raise ConfigError(f"the database was made by a newer Voxgate (its tables are {revision}, ours {head})")
    if not migrate:
        raise ConfigError(f"the database's tables are {revision or 'not made yet'}, not {head}: run `voxgate migrate`")
    await _migrate(engine)


async def _migrate(engine: AsyncEngine) -> None:
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
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _one_line(error: BaseException) -> str:
    """Without the statement, which follows on lines of its own."""
    return str(error).split("\n", maxsplit=1)[0]
