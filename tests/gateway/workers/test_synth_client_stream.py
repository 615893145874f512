"""The one stream that all segments of a worker share, and their credit."""

import asyncio

from grpc_health.v1 import health_pb2

from gateway.core.events import SegmentAudio, SegmentDone, SegmentFailed
from gateway.errors import WorkerUnavailable
from gateway.workers.segment_call import CREDIT
from tests.gateway.workers.scripted import DONE, SAID, Gone, Reply, said, saying, segment


async def test_all_segments_of_a_worker_share_one_stream_and_each_hears_its_own(client_and_workers):
    async def script(segment_id):
        for number in range(5):
            yield Reply(pcm=segment_id.to_bytes(2) + number.to_bytes(2))
            await asyncio.sleep(0)
        yield DONE

    async with client_and_workers(script) as (client, served):
        async with asyncio.TaskGroup() as group:
            speeches = [group.create_task(said(client, segment_id=number)) for number in range(200)]
        heard = [speech.result() for speech in speeches]

    owners = [messages[0].pcm[:2] for messages in heard]
    assert len(set(owners)) == 200
    assert served.streams == 1
    for number, (owner, messages) in enumerate(zip(owners, heard, strict=True)):
        assert messages[:-1] == [SegmentAudio(number, owner + n.to_bytes(2)) for n in range(5)]
        assert messages[-1] == SegmentDone(number, 0.1, 0.2, 3, 2)


async def test_orders_that_are_not_urgent_travel_together_and_what_silence_waits_for_takes_them_along(
    client_and_workers,
):
    async with client_and_workers(saying(DONE)) as (client, served):
        later = [client.synthesize(segment(due_in=5.0)) for _ in range(3)]
        assert [await anext(speech) for speech in later] == [SAID] * 3
        more = client.synthesize(segment(due_in=5.0))
        assert await said(client, due_in=0.0) == [SAID]
        assert await anext(more) == SAID

    assert served.messages == [3, 2]


async def test_a_broken_stream_fails_all_its_segments_and_the_next_one_opens_another(client_and_workers):
    gone = asyncio.Event()

    async def script(_):
        yield Reply(pcm=b"ab")
        await gone.wait()
        raise Gone

    async with client_and_workers(script) as (client, served):
        speeches = [client.synthesize(segment()) for _ in range(3)]
        for speech in speeches:
            await anext(speech)
        gone.set()
        last = [[message async for message in speech] for speech in speeches]
        served.script = saying(DONE)

        assert last == [[SegmentFailed(7, WorkerUnavailable("the worker broke off"))]] * 3
        assert await said(client) == [SAID]
        assert served.streams == 2


async def test_a_worker_that_begins_to_stop_still_says_what_runs(client_and_workers):
    go_on = asyncio.Event()

    async def script(_):
        yield Reply(pcm=b"ab")
        await go_on.wait()
        yield DONE

    async with client_and_workers(script, patience=0.3) as (client, served):
        running = client.synthesize(segment())
        await anext(running)
        await served.tell(health_pb2.HealthCheckResponse.NOT_SERVING)
        client._workers[0].lose()
        assert await said(client) == [SegmentFailed(7, WorkerUnavailable("no worker is ready to speak this voice"))]
        go_on.set()

        assert [message async for message in running] == [SAID]


async def test_credit_is_granted_as_the_reader_takes_audio(client_and_workers):
    quarter = Reply(pcm=bytes(CREDIT // 2))

    async def script(_):
        for _ in range(3):
            yield quarter
        await served.granted.wait()
        yield quarter
        yield DONE

    async with client_and_workers(script) as (client, served):
        messages = client.synthesize(segment())
        for _ in range(2):
            await anext(messages)
        assert not [order for order in served.orders if order.HasField("more")], "the second quarter is not taken yet"
        assert [message async for message in messages][-1] == SAID

    granted = sum(order.more.samples for order in served.orders if order.HasField("more"))
    assert CREDIT // 2 <= granted <= CREDIT


async def test_a_reader_who_pauses_grants_nothing(client_and_workers):
    async with client_and_workers(saying(*[Reply(pcm=bytes(CREDIT // 2))] * 8, DONE)) as (client, served):
        paused = client.synthesize(segment())
        await anext(paused)
        assert (await said(client))[-1] == SAID  # the other one's replies pass

        first = served.orders[0].segment_id
        assert not [order for order in served.orders if order.segment_id == first and order.HasField("more")]
        assert [message async for message in paused][-1] == SAID
