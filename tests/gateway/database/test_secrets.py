import asyncio

from gateway.database.opening import open_database
from gateway.database.secrets import secret_of
from gateway.database.writing import Writing


async def test_a_secret_is_made_once_whoever_asks_first(database, url):
    other = await open_database(url)
    ours, theirs = Writing(database), Writing(other)
    secrets = await asyncio.gather(*(secret_of(each, "links") for each in [ours, theirs] * 5))

    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
    assert await secret_of(ours, "another") != secrets[0]
    await other.dispose()
