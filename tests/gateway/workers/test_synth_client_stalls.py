"""Workers that stall, networks that die, and listeners who only pause."""

import asyncio

import pytest
from grpc_health.v1 import health_pb2

from gateway.core.events import SegmentAudio, SegmentFailed
from gateway.errors import WorkerUnavailable
from tests.gateway.workers.scripted import DONE, SAID, Reply, relay, said, saying, segment, silent, worker


async def test_a_worker_that_stalls_is_given_up_and_told_so(client_and_workers):
    async def script(_):
        yield Reply(pcm=b"ab")
        await asyncio.Event().wait()

    async with client_and_workers(script, stall=0.2) as (client, served):
        assert await said(client) == [SegmentAudio(7, b"ab"), SegmentFailed(7, WorkerUnavailable("the worker stalled"))]
        await served.abandoned.wait()


@pytest.mark.slow
async def test_a_worker_that_stalled_is_chosen_again_once_it_answers_a_health_check(client_and_workers):
    async with client_and_workers(silent, stall=0.1, patience=0.5) as (client, served):
        await served.tell(health_pb2.HealthCheckResponse.NOT_SERVING)
        await said(client)
        served.script = saying(DONE)
        assert not client.ready
        assert await said(client) == [SegmentFailed(7, WorkerUnavailable("no worker is ready to speak this voice"))]

        await served.tell(health_pb2.HealthCheckResponse.SERVING)
        assert await said(client) == [SAID]


@pytest.mark.slow
async def test_a_listener_who_pauses_is_no_stall(client_and_workers):
    async def script(_):
        for _ in range(8):
            yield Reply(pcm=b"ab")
            await asyncio.sleep(0.05)
        yield DONE

    async with client_and_workers(script, stall=0.2) as (client, _):
        paused = client.synthesize(segment())
        heard = [await anext(paused)]
        assert (await said(client))[-1] == SAID  # takes twice as long as a stall
        heard += [message async for message in paused]

    assert heard == [SegmentAudio(7, b"ab")] * 8 + [SAID]


@pytest.mark.slow
async def test_a_worker_that_shows_that_it_lives_is_not_given_up(client_and_workers):
    async def script(_):
        for _ in range(10):
            await asyncio.sleep(0.05)
            yield Reply()
        yield Reply(pcm=b"ab")
        yield DONE

    async with client_and_workers(script, stall=0.2) as (client, served):
        assert await said(client) == [SegmentAudio(7, b"ab"), SAID]
        assert len(served.requests) == 1


async def test_a_worker_whose_signs_of_life_end_is_given_up(client_and_workers):
    async def script(_):
        yield Reply()
        await asyncio.Event().wait()

    async with client_and_workers(script, stall=0.2) as (client, _):
        assert await said(client, due_in=20.0) == [SegmentFailed(7, WorkerUnavailable("the worker stalled"))]


@pytest.mark.slow
async def test_a_connection_that_has_silently_died_is_replaced(folder, client_of):
    async with (
        worker(f"unix:{folder}/0", saying(DONE)) as served,
        relay(f"{folder}/0") as (network, address),
        client_of(address, stall=0.2, patience=20.0) as client,
    ):
        assert await said(client) == [SAID]
        network.freeze()
        assert await said(client) == [SegmentFailed(7, WorkerUnavailable("the worker stalled"))]
        assert await said(client) == [SAID]
        assert len(served.requests) == 2
