"""Which worker a segment goes to, and where it goes when that one refuses, breaks or is not there."""

import asyncio
from contextlib import AsyncExitStack, aclosing

import pytest

from gateway.core.events import SegmentFailed
from gateway.errors import Overloaded, WorkerUnavailable
from protos import synth_pb2
from tests.gateway.workers.scripted import (
    DONE,
    SAID,
    Failure,
    Gone,
    Reply,
    breaking,
    endless,
    failing,
    said,
    saying,
    segment,
    worker,
)


async def test_a_segment_that_is_refused_goes_to_another_worker(client_and_workers):
    full = failing(Failure.RESOURCE_EXHAUSTED)
    async with client_and_workers(full, saying(DONE)) as (client, *_):
        assert await said(client) == [SAID]
        assert await said(client) == [SAID]


async def test_a_segment_that_all_refuse_fails_as_overload(client_and_workers):
    full = failing(Failure.RESOURCE_EXHAUSTED)
    async with client_and_workers(full, full) as (client, *workers):
        assert await said(client) == [SegmentFailed(7, Overloaded("every worker is busy; try again in 1.0 s"))]
        assert [len(served.requests) for served in workers] == [1, 1]


async def test_who_is_refused_by_all_hears_when_the_first_of_them_may_have_room(client_and_workers):
    def full(retry_in):
        return saying(Reply(failure=Failure(code=Failure.RESOURCE_EXHAUSTED, retry_in=retry_in)))

    async with client_and_workers(full(2.5), full(0.4)) as (client, *_):
        ((failed),) = await said(client)
        assert failed.error.retry_in == pytest.approx(0.4)


async def test_while_all_are_busy_nobody_is_taken_on_before_who_was_refused_first(client_and_workers):
    async with client_and_workers(full_once()) as (client, served):
        served.load = synth_pb2.Load(free_in=60.0)
        ((refused),) = await said(client, begins=True, asker="ann")
        ((behind),) = await said(client, begins=True, asker="bob")

        assert behind.error.retry_in > refused.error.retry_in
        assert len(served.requests) == 1
        assert await said(client, begins=True, asker="ann") == [SAID]
        assert await said(client, begins=True, asker="bob") == [SAID]


async def test_who_comes_when_a_worker_has_nothing_to_do_waits_for_nobody(client_and_workers):
    async with client_and_workers(full_once()) as (client, _):
        await said(client, begins=True, asker="ann")
        assert await said(client, begins=True, asker="bob") == [SAID]


async def test_a_turn_that_has_begun_stands_in_no_line(client_and_workers):
    async with client_and_workers(full_once()) as (client, served):
        served.load = synth_pb2.Load(free_in=60.0)
        await said(client, begins=True, asker="ann")
        assert await said(client, asker="bob") == [SAID]


def full_once():
    """Refuses the first segment that it is asked for."""
    refusals = iter([failing(Failure.RESOURCE_EXHAUSTED)])

    async def script(segment_id):
        async for reply in next(refusals, saying(DONE))(segment_id):
            yield reply

    return script


@pytest.mark.slow
async def test_what_is_not_urgent_may_wait_in_the_workers_queue(client_and_workers):
    async def script(_):
        await asyncio.sleep(0.3)
        yield DONE

    async with client_and_workers(script, stall=0.1) as (client, _):
        assert await said(client, due_in=5.0) == [SAID]
        assert isinstance((await said(client, due_in=0.0))[-1], SegmentFailed)


async def test_a_call_that_breaks_before_it_answers_goes_to_another_worker(client_and_workers):
    broken = breaking()
    async with client_and_workers(broken, saying(DONE)) as (client, *_):
        assert await said(client) == [SAID]
        assert await said(client) == [SAID]


async def test_a_segment_waits_for_the_worker_that_broke_to_recover(client_and_workers):
    async with client_and_workers(breaking()) as (client, served):

        async def recover(_):
            served.script = saying(DONE)
            raise Gone
            yield

        served.script = recover
        assert await said(client) == [SAID]
        assert len(served.requests) == 2


async def test_a_text_that_breaks_workers_meets_three_of_them_at_most(client_and_workers):
    broken = breaking()
    async with client_and_workers(*[broken] * 4) as (client, *workers):
        assert await said(client) == [SegmentFailed(7, WorkerUnavailable("the worker broke off"))]
        assert sum(len(served.requests) for served in workers) == 3


async def test_without_a_worker_a_segment_fails_when_patience_ends(folder, client_of):
    async with client_of(f"unix:{folder}/0", patience=0.1) as client:
        assert await said(client) == [SegmentFailed(7, WorkerUnavailable("no worker is ready to speak this voice"))]
        assert not client.ready


async def test_a_segment_waits_for_a_worker_that_starts(folder, client_of):
    async with client_of(f"unix:{folder}/0") as client, asyncio.TaskGroup() as group:
        speech = group.create_task(said(client))
        await asyncio.sleep(0)
        async with worker(f"unix:{folder}/0", saying(DONE)):
            assert await speech == [SAID]


async def test_workers_share_the_load(client_and_workers):
    async with client_and_workers(endless, endless) as (client, *workers), AsyncExitStack() as stack:
        for _ in range(6):
            messages = await stack.enter_async_context(aclosing(client.synthesize(segment())))
            await anext(messages)

        assert [len(served.requests) for served in workers] == [3, 3]


async def test_a_segment_goes_where_it_would_begin_soonest(client_and_workers):
    async with client_and_workers(endless, endless) as (client, busy, free), AsyncExitStack() as stack:
        busy.load = synth_pb2.Load(begins_in=0.0, free_in=60.0)
        free.load = synth_pb2.Load(begins_in=30.0, free_in=30.0)

        async def ask(**fields):
            messages = await stack.enter_async_context(aclosing(client.synthesize(segment(**fields))))
            await anext(messages)

        await ask()
        await ask()
        assert [len(served.requests) for served in (busy, free)] == [1, 1]
        await ask(due_in=5.0)
        await ask(due_in=5.0)
        assert [len(served.requests) for served in (busy, free)] == [1, 3]
        await ask()
        await ask()
        assert [len(served.requests) for served in (busy, free)] == [3, 3]


async def test_the_catalog_has_the_voices_of_all_workers_and_keeps_those_of_one_that_left(folder, client_of):
    addresses = [f"unix:{folder}/0", f"unix:{folder}/1"]
    async with client_of(*addresses, default_voice="ben") as client:
        with pytest.raises(WorkerUnavailable):
            client.catalog.resolve("", "")
        async with worker(addresses[0], saying(DONE)), worker(addresses[1], saying(DONE), voices=["anna", "ben"]):
            await client.all_serve()
            assert [voice.name for voice in client.catalog.voices] == ["anna", "ben"]
            assert client.catalog.resolve("", "").name == "ben"

        assert [voice.name for voice in client.catalog.voices] == ["anna", "ben"]


async def test_an_engine_is_taken_to_be_as_slow_as_its_slowest_worker_says(folder, client_of):
    addresses = [f"unix:{folder}/{number}" for number in range(3)]
    async with (
        worker(addresses[0], saying(DONE), per_second=0.01),
        worker(addresses[1], saying(DONE), per_second=0.3),
        worker(addresses[2], saying(DONE), per_second=0.02),
        client_of(*addresses) as client,
    ):
        await client.all_serve()
        assert client.catalog.work("test") == 0.3
        assert client.catalog.work("another") == 0.0


async def test_a_worker_with_another_voice_of_the_same_name_is_not_asked(folder, client_of):
    addresses = [f"unix:{folder}/0", f"unix:{folder}/1"]
    async with (
        worker(addresses[0], saying(DONE)),
        worker(addresses[1], saying(DONE), sample_rate=22050) as other,
        client_of(*addresses) as client,
    ):
        await client.all_serve()
        for _ in range(3):
            assert await said(client) == [SAID]
        assert not other.requests
        assert client.catalog.resolve("anna", "").sample_rate == 24000
