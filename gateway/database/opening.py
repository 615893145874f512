"""Opens the database with its tables as this version of the program knows them.

Nearly always they are, and then alembic, which the migrations are written for, is not loaded: migrating.py.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.config import ConfigError
from gateway.database.engine import open_engine
from gateway.database.errors import UNANSWERED

STEPS = Path(__file__).parent / "migrations" / "versions"  # v0014_what_it_does.py: 0014 is its revision
REVISIONS = Table("alembic_version", MetaData(), Column("version_num", String))  # alembic's own, with one row


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
    revision, known = await revision_of(engine), [step.name[1:5] for step in sorted(STEPS.glob("v*.py"))]
    if revision == known[-1]:
        return
    if revision is not None and revision not in known:
        raise ConfigError(f"the database was made by a newer Voxgate (its tables are {revision}, ours {known[-1]})")
    if not migrate:
        raise ConfigError(
            f"the database's tables are {revision or 'not made yet'}, not {known[-1]}: run `voxgate migrate`"
        )
    from gateway.database.migrating import upgrade  # noqa: PLC0415 - alembic, when there is a step to take

    await upgrade(engine)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(REVISIONS.name):
        return None
    return connection.scalar(select(REVISIONS.c.version_num))


def _one_line(error: BaseException) -> str:
    """Without the statement, which follows on lines of its own."""
    return str(error).split("\n", maxsplit=1)[0]
