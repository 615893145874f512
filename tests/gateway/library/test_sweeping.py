import asyncio
import random
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from obstore.store import MemoryStore
from sqlalchemy import func, insert, select

from gateway.core.shelf.item_orders import DeleteItems, EditItem
from gateway.core.shelf.share_orders import ListShares, MakeAccessCodes, MakeShare, RevokeShares
from gateway.database.tables import access_codes, idempotency_keys, jobs, tags, trash, webhook_deliveries
from gateway.jobs.job import Idempotency
from gateway.library.chores import Chores
from gateway.library.library import Library
from gateway.library.links import Links
from gateway.library.orphans import Orphans
from gateway.library.retention import Keeping, Retention
from gateway.library.store import AudioStore
from gateway.library.sweeping import SEARCH_EVERY, SWEEP_EVERY, Sweeper
from gateway.library.trash import Trash
from gateway.metrics import Metrics

DAY = 24 * 3600.0
KEEPING = Keeping(audio=30 * DAY, failed=7 * DAY, deliveries=7 * DAY, idempotency_keys=DAY)


def sweeper(writing, store, clock, keeping=KEEPING, database="ours", batch=3):
    return Sweeper(
        Retention(writing, keeping, batch),
        Trash(writing, store),
        Orphans(writing, store, database),
        store,
        Chores(writing),
        Metrics(),
        clock,
    )


@pytest.fixture
def sweep(writing, store, clock):
    async def once(**settings):
        clock.now += SEARCH_EVERY + 1
        one = sweeper(writing, store, clock, **settings)
        await one.sweep()
        return one.metrics

    return once


def swept(metrics, what):
    return metrics.registry.get_sample_value("voxgate_swept_total", {"what": what})


def ended(metrics, outcome):
    return metrics.registry.get_sample_value("voxgate_sweeps_total", {"outcome": outcome}) or 0


async def rows(writing, table=jobs):
    async with writing.engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table))


async def folders(store):
    return {path.split("/")[1] for path in await store.list("jobs")}


async def test_what_is_too_old_goes_and_the_rest_stays(sweep, making, clock, records, store, library, writing):
    old = [await making.job() for _ in range(7)]
    await library.do("me", EditItem(old[0], tags=("a",)))
    clock.now += 23 * DAY
    failed, waiting = await making.job(audio=b""), (await making.submit()).id
    young = (await making.submit()).id
    clock.now += 7 * DAY
    await making.end()
    cancelled = await making.submit()
    await records.cancel("me", cancelled.id)
    metrics = await sweep()

    assert (swept(metrics, "jobs"), swept(metrics, "failed_jobs")) == (7, 1)
    assert await rows(writing) == 3
    assert await folders(store) == {waiting, young}
    assert await rows(writing, tags) == await rows(writing, trash) == 0
    assert failed not in await folders(store)


async def test_nothing_is_too_old_where_everything_is_kept(sweep, making, clock, writing):
    await making.job()
    await making.job(audio=b"")
    clock.now += 10_000 * DAY
    await sweep(keeping=Keeping())

    assert await rows(writing) == 2


async def test_a_job_that_waits_is_never_too_old(sweep, making, clock, writing):
    await making.submit()
    clock.now += 10_000 * DAY
    await sweep()

    assert await rows(writing) == 1


async def test_shares_that_have_long_ended_are_forgotten(sweep, making, clock, library, writing):
    job = await making.job()
    codes = [(await library.do("me", MakeShare((job,), expires_at=clock.now + 10))).code for _ in range(5)]
    revoked, live = [(await library.do("me", MakeShare((job,)))).code for _ in range(2)]
    await library.do("me", MakeAccessCodes(revoked))
    await library.do("me", RevokeShares((revoked,)))
    clock.now += 5 * DAY
    lately = (await library.do("me", MakeShare((job,), expires_at=clock.now + 10))).code
    clock.now += 2 * DAY
    metrics = await sweep()

    assert swept(metrics, "shares") == len(codes) + 1
    assert {each.code for each in (await library.do("me", ListShares())).shares} == {live, lately}
    assert await rows(writing, access_codes) == 0


async def test_deliveries_that_have_ended_are_forgotten(sweep, clock, writing):
    row = {"owner": "me", "url": "", "event": "", "body": "", "attempts": 1, "status": 200, "note": ""}
    kinds = [("delivered", None, 0.0)] * 5 + [("pending", 1.0, 0.0), ("failed", None, 8 * DAY)]
    made = [
        row | {"id": str(n), "state": state, "due_at": due_at, "created_at": clock.now + after}
        for n, (state, due_at, after) in enumerate(kinds)
    ]
    async with writing.begin() as connection:
        await connection.execute(insert(webhook_deliveries), made)
    clock.now += 8 * DAY
    metrics = await sweep()

    assert swept(metrics, "webhook_deliveries") == 5
    assert await rows(writing, webhook_deliveries) == 2


async def test_idempotency_keys_are_remembered_for_a_day(sweep, making, clock, records, writing):
    request = (await making.submit()).request
    first = await records.submit("me", request, "Hello.", Idempotency("k"))
    clock.now += DAY - SEARCH_EVERY - 2
    await sweep()
    assert (await records.submit("me", request, "Hello.", Idempotency("k"))).repeated

    await sweep()
    assert await rows(writing, idempotency_keys) == 0
    assert (await records.submit("me", request, "Hello.", Idempotency("k"))).job.id != first.job.id


async def test_of_several_gateways_one_sweeps(open_writing, store, clock, making):
    for _ in range(12):
        await making.submit()
    await making.end()
    clock.now += 31 * DAY
    many = [sweeper(await open_writing(), store, clock) for _ in range(3)]
    await asyncio.gather(*(one.sweep() for one in many))

    assert sorted(swept(one.metrics, "jobs") or 0 for one in many) == [0, 0, 12]
    await asyncio.gather(*(one.sweep() for one in many))
    assert (
        sum(one.metrics.registry.get_sample_value("voxgate_sweeps_total", {"outcome": "done"}) or 0 for one in many)
        == 2
    )


async def test_a_gateway_that_dies_while_it_sweeps_is_followed_by_another(open_writing, clock):
    first, second = Chores(await open_writing(), claim=60.0), Chores(await open_writing(), claim=60.0)
    assert await first.take("sweep", clock.now)
    assert not await second.take("sweep", clock.now + 59)
    assert await first.keep("sweep", clock.now + 59)
    assert not await second.take("sweep", clock.now + 118)
    assert await second.take("sweep", clock.now + 119)
    assert not await first.keep("sweep", clock.now + 119)
    await first.finish("sweep", clock.now)  # of no effect
    await second.finish("sweep", clock.now + 1000)
    assert not await first.take("sweep", clock.now + 999)


async def test_what_a_broken_store_does_not_let_go_of_goes_later(making, store, sweep, writing):
    job = await making.job()

    class Stuck(AudioStore):
        async def delete(self, _prefix):
            raise OSError("no")

    stuck = Stuck(store._store, Links(b"secret"))
    await Library(writing, stuck).do("me", DeleteItems((job,)))
    assert (await rows(writing), await rows(writing, trash)) == (0, 1)
    assert await folders(store) == {job}

    await sweep()
    assert await rows(writing, trash) == 0
    assert await folders(store) == set()


@pytest.mark.parametrize("kind", ["folder", "memory"])
async def test_files_that_are_nobodys_are_found(making, store, writing, clock, kind):
    if kind == "memory":
        making.store = store = AudioStore(MemoryStore(), Links(b"secret"))
    kept = [await making.job() for _ in range(10)]
    waiting = await making.submit()
    (going_on,) = await making.leases.take(1)
    await store.put(f"{going_on.folder}/parts/000000", b"x")
    for name in range(10):
        await store.put(f"jobs/orphan-{name}/attempt/audio.mp3", b"x")
    await store.put(f"jobs/{kept[0]}/another-attempt/parts/000000", b"x")
    cancelled = await making.submit()
    await making.records.cancel("me", cancelled.id)  # by somebody who dies before he has taken this away
    await store.put(f"jobs/{cancelled.id}/kept/segment", b"x")
    clock.now += 1
    metrics = Metrics()
    await replace(sweeper(writing, store, clock), metrics=metrics).sweep()

    assert swept(metrics, "orphans") == 12
    assert await folders(store) == {*kept, waiting.id}
    assert len(await store.list(f"jobs/{kept[0]}")) == 1


async def test_what_a_killed_process_left_half_written_is_found_in_a_folder(sweep, tmp_path):
    left = tmp_path / "audio/jobs/dead/attempt"
    left.mkdir(parents=True)
    (left / "audio.mp3#1").write_bytes(b"half")
    (tmp_path / "audio/jobs/empty").mkdir()
    metrics = await sweep()

    assert swept(metrics, "orphans") == 2
    assert list((tmp_path / "audio/jobs").iterdir()) == []


async def test_the_files_of_another_database_are_left_alone(sweep, store):
    await store.put("jobs/theirs/attempt/audio.mp3", b"x")
    await sweep(database="theirs")
    await store.put("jobs/theirs/attempt/audio.mp3", b"x")
    metrics = await sweep(database="ours")

    assert ended(metrics, "foreign_store") == 1
    assert await folders(store) == {"theirs"}


async def test_a_database_that_does_not_answer_stops_no_server(store, clock, writing):
    one = sweeper(writing, store, clock)
    await writing.engine.dispose()
    from gateway.database.engine import open_engine
    from gateway.database.writing import Writing

    gone = sweeper(Writing(open_engine("postgresql+asyncpg://nobody@127.0.0.1:1/x")), store, clock)
    await gone.sweep()

    assert ended(gone.metrics, "broken_off") == 1
    await one.sweep()


async def test_it_is_done_every_ten_minutes(making, clock, store, writing):
    one = sweeper(writing, store, clock)
    await one.sweep()
    await making.job()
    clock.now += 31 * DAY
    assert SWEEP_EVERY < SEARCH_EVERY
    await one.sweep()
    assert await rows(writing) == 0


KILLED = """
import asyncio, sys, time
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.library.chores import Chores
from gateway.library.links import Links
from gateway.library.orphans import Orphans
from gateway.library.retention import Keeping, Retention
from gateway.library.store import AudioStore, open_store
from gateway.library.sweeping import Sweeper
from gateway.library.trash import Trash
from gateway.metrics import Metrics
from pathlib import Path

class Telling(Chores):
    async def keep(self, name, now):
        print("another batch", flush=True)
        return await super().keep(name, now)

async def main():
    writing = Writing(await open_database(sys.argv[1]))
    store = AudioStore(open_store("", Path(sys.argv[2])), Links(b"secret"))
    keeping = Keeping(audio=1.0, failed=1.0)
    sweeper = Sweeper(Retention(writing, keeping, 2), Trash(writing, store), Orphans(writing, store, "ours"), store,
                      Telling(writing, claim=0.01), Metrics())
    while True:
        await sweeper.sweep()
        await asyncio.sleep(0)

asyncio.run(main())
"""


def sweep_and_die(url, folder):
    process = subprocess.Popen([sys.executable, "-c", KILLED, url, folder], stdout=subprocess.PIPE)
    for _ in range(random.randint(1, 4)):
        process.stdout.readline()
    time.sleep(random.uniform(0.0, 0.02))  # somewhere in the next one
    process.kill()
    process.stdout.close()
    process.wait()


@pytest.mark.slow
async def test_killed_again_and_again_it_leaves_no_row_without_audio_and_no_audio_without_row(
    url, tmp_path, making, store, writing, clock
):
    """Half of the jobs are too old; the process that takes them away is killed at random moments."""
    clock.now = 1e9  # of the year 2001: too old
    for _ in range(60):
        await making.submit()
    await making.end()
    clock.now = 4e9  # of the year 2096: never too old
    for _ in range(9):
        await making.submit()
    await making.end()
    left = []
    for _ in range(4):
        await asyncio.to_thread(sweep_and_die, url, str(tmp_path / "audio"))
        async with writing.engine.connect() as connection:
            paths = set(await connection.scalars(select(jobs.c.audio_path).where(jobs.c.audio_path.is_not(None))))
        assert paths <= set(await store.list("jobs"))  # no row is without its audio, at any time
        left.append(len(paths))
    clock.now = 4e9 + SEARCH_EVERY
    await sweeper(writing, store, clock, keeping=Keeping(audio=3e9 - 1.0), database="ours").sweep()

    assert left == sorted(set(left), reverse=True)  # each took something away
    assert (await rows(writing), await rows(writing, trash)) == (9, 0)
    assert len(await folders(store)) == 9
