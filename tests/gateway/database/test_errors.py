"""What a database says of a value that it cannot take, and of a question that it cannot answer."""

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.database.errors import NONSENSE, UNANSWERED, asked, is_nonsense, is_outage
from gateway.database.opening import open_database
from gateway.database.tables import jobs, server_secrets
from gateway.errors import InvalidSetting, JobsUnavailable

WRONG = {
    "half a character": select(jobs.c.id).where(jobs.c.owner == "\ud800"),
    "a number out of range": select(jobs.c.id).where(jobs.c.audio_bytes == 2**70),
    "a limit out of range": select(jobs.c.id).limit(2**70),
}
WRONG_FOR_POSTGRESQL = {
    "a NUL": select(jobs.c.id).where(jobs.c.owner == "a\0"),
    "a number of 64 bits where there are 32": update(jobs).values(spoken=2**40),
    "a limit below nothing": select(jobs.c.id).limit(-1),
}


@pytest.fixture
async def database(each_database):
    engine = await open_database(each_database)
    yield engine
    await engine.dispose()


async def test_a_value_that_no_row_can_have_is_the_clients_mistake(database):
    for what in WRONG | (WRONG_FOR_POSTGRESQL if database.dialect.name == "postgresql" else {}):
        statement = (WRONG | WRONG_FOR_POSTGRESQL)[what]
        with pytest.raises((*UNANSWERED, *NONSENSE)) as found:
            async with database.begin() as connection:
                await connection.execute(statement)
        assert (is_nonsense(found.value), is_outage(found.value)) == (True, False), what

        with pytest.raises(InvalidSetting), asked(lambda: JobsUnavailable("it does not answer")):
            async with database.begin() as connection:
                await connection.execute(statement)


def test_who_does_not_answer_is_asked_again_later():
    with pytest.raises(JobsUnavailable), asked(lambda: JobsUnavailable("later")):
        raise ConnectionRefusedError


async def test_a_mistake_of_ours_is_neither(database):
    twice = insert(server_secrets).values(name="a", secret="b", created_at=1.0)
    async with database.begin() as connection:
        await connection.execute(twice)
        with pytest.raises(IntegrityError) as found, asked(lambda: JobsUnavailable("later")):
            await connection.execute(twice)
        await connection.rollback()

    assert (is_nonsense(found.value), is_outage(found.value)) == (False, False)
