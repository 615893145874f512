import asyncio
import tempfile
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import replace

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from gateway.core.events import Phonemes, SegmentAudio, SegmentDone, SegmentFailed, SegmentWords, Synthesize, Word
from gateway.errors import InternalError, InvalidSetting, Overloaded, WorkerUnavailable
from gateway.workers.segment_call import CREDIT
from protos import synth_pb2, synth_pb2_grpc

Reply, Failure = synth_pb2.Reply, synth_pb2.Failure
DONE = Reply(done=synth_pb2.Done(queued=0.1, computed=0.2, batch_size=3, unread=2))
SPANS = (Phonemes(3, 4, "e"),)
SAID = SegmentDone(7, 0.1, 0.2, 3, 2)


def segment(**fields):
    return replace(Synthesize(7, "Hi you.", "anna", "en", speed=1.0, pitch=1.0, due_in=0.0), **fields)


class Worker(synth_pb2_grpc.SynthesisServicer):
    """Speaks each segment as its `script` says: an async function that yields replies and may raise Gone."""

    def __init__(self, script, voices, sample_rate, per_second):
        self.script = script
        self.voices = voices
        self.per_second = per_second
        self.sample_rate = sample_rate
        self.requests = []
        self.orders = []
        self.streams = 0
        self.load = None
        self.messages = []  # orders in each
        self.asked = asyncio.Event()
        self.abandoned = asyncio.Event()
        self.granted = asyncio.Event()
        self.health = health.aio.HealthServicer()
        self._speaking = {}
        self._one_at_a_time = asyncio.Lock()

    async def Speak(self, orders, context):  # noqa: N802 - the wire's name
        self.streams += 1
        try:
            async with asyncio.TaskGroup() as group:
                async for message in orders:
                    self.messages.append(len(message.orders))
                    for order in message.orders:
                        self._obey(order, group, context)
        except* Gone:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "gone")

    def _obey(self, order, group, context):
        self.orders.append(order)
        match order.WhichOneof("order"):
            case "synthesize":
                self.requests.append(order.synthesize)
                self.asked.set()
                self._speaking[order.segment_id] = group.create_task(self._speak(order.segment_id, context))
            case "abandon":
                self._speaking[order.segment_id].cancel()
                self.abandoned.set()
            case "more":
                self.granted.set()

    async def _speak(self, segment_id, context):
        async for reply in self.script(segment_id):
            async with self._one_at_a_time:
                await context.write(synth_pb2.Replies(replies=[of(segment_id, reply)], load=self.load))

    async def Describe(self, request, context):  # noqa: N802, ARG002 - the wire's name
        voices = [synth_pb2.Voice(name=name, language="en-us") for name in self.voices]
        return synth_pb2.DescribeReply(
            engine="test", sample_rate=self.sample_rate, voices=voices, per_second=self.per_second
        )

    async def tell(self, status):
        await self.health.set("", status)


def saying(*replies):
    async def script(_):
        for reply in replies:
            yield reply

    return script


def failing(code, message="", after=()):
    return saying(*after, Reply(failure=Failure(code=code, message=message)))


class Gone(Exception):
    """The stream breaks."""


def breaking(*after):
    async def script(_):
        for reply in after:
            yield reply
        raise Gone

    return script


def of(segment_id, reply):
    told = Reply(segment_id=segment_id)
    told.MergeFrom(reply)
    return told


async def silent(_):
    await asyncio.Event().wait()
    yield


async def endless(_):
    while True:
        yield Reply(pcm=b"abcd")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def worker(address, script, *, voices=("anna",), sample_rate=24000, per_second=0.0):
    server, servicer = grpc.aio.server(), Worker(script, voices, sample_rate, per_second)
    synth_pb2_grpc.add_SynthesisServicer_to_server(servicer, server)
    health_pb2_grpc.add_HealthServicer_to_server(servicer.health, server)
    server.add_insecure_port(address)
    await server.start()
    try:
        yield servicer
    finally:
        await server.stop(None)


class Relay:
    """A network between client and worker. `freeze`: whatever is sent on a connection opened before is lost."""

    def __init__(self, to):
        self._to = to
        self._opened = 0
        self._frozen = 0
        self._writers = []

    def freeze(self):
        self._frozen = self._opened

    async def carry(self, reader, writer):
        far_reader, far_writer = await asyncio.open_unix_connection(self._to)
        self._opened += 1
        self._writers += [writer, far_writer]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, far_writer, self._opened))
            group.create_task(self._pump(far_reader, writer, self._opened))

    async def _pump(self, reader, writer, number):
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if number > self._frozen:
                    writer.write(data)
        writer.close()

    async def close(self):
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def relay(to):
    network = Relay(to)
    server = await asyncio.start_server(network.carry, "127.0.0.1", 0)
    try:
        yield network, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await network.close()


@pytest.fixture
def client_of(read_client):
    """client_of(*addresses, **settings)"""

    @asynccontextmanager
    async def make(*addresses, **settings):
        client = read_client(addresses, **settings)
        try:
            async with asyncio.TaskGroup() as group:
                watch = group.create_task(client.run())
                yield client
                watch.cancel()
        finally:
            await client.close()

    return make


@pytest.fixture
def client_and_workers(client_of, folder):
    """client_and_workers(*scripts, **settings): a client that knows that all of them serve, and the workers."""

    @asynccontextmanager
    async def make(*scripts, **settings):
        async with AsyncExitStack() as stack:
            addresses = [f"unix:{folder}/{number}" for number in range(len(scripts))]
            workers = [await stack.enter_async_context(worker(*each)) for each in zip(addresses, scripts, strict=True)]
            client = await stack.enter_async_context(client_of(*addresses, **settings))
            await client.all_serve()
            yield client, *workers

    return make


async def said(client, **fields):
    return [message async for message in client.synthesize(segment(**fields))]


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as path:  # short: a socket's path has at most 107 bytes
        yield path


async def test_words_and_audio_come_in_order_and_done_comes_last(client_and_workers):
    words = [synth_pb2.Word(text_start=0, text_end=2, start=0.0, end=0.5)]
    script = saying(Reply(words=words, pcm=b"abcd"), Reply(pcm=b"ef"), DONE)
    async with client_and_workers(script) as (client, _):
        assert await said(client) == [
            SegmentWords(7, (Word(0, 2, 0.0, 0.5),)),
            SegmentAudio(7, b"abcd"),
            SegmentAudio(7, b"ef"),
            SAID,
        ]


async def test_the_worker_hears_the_whole_request(client_and_workers):
    async with client_and_workers(saying(DONE)) as (client, served):
        await said(client, text="<b>é</b>", speed=1.5, pitch=0.5, due_in=2.5, skip=480, phonemes=SPANS)

    expected = synth_pb2.Synthesize(
        text="<b>é</b>",
        voice="anna",
        language="en",
        speed=1.5,
        pitch=0.5,
        due_in=2.5,
        skip_samples=480,
        credit=CREDIT,
        phonemes=[synth_pb2.Phonemes(text_start=3, text_end=4, ipa="e")],
    )
    assert served.requests == [expected]


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


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (Failure.INVALID_ARGUMENT, InvalidSetting("told")),
        (Failure.INTERNAL, InternalError("synthesis failed")),
        (9, InternalError("synthesis failed")),
        (Failure.UNAVAILABLE, WorkerUnavailable("the worker broke off")),
        (Failure.RESOURCE_EXHAUSTED, Overloaded("every worker is busy")),
    ],
)
async def test_a_failure_after_audio_is_the_last_message_and_is_not_tried_again(code, error, client_and_workers):
    script = failing(code, "told", after=[Reply(pcm=b"ab")])
    async with client_and_workers(script, script) as (client, *workers):
        assert await said(client) == [SegmentAudio(7, b"ab"), SegmentFailed(7, error)]
        assert sum(len(served.requests) for served in workers) == 1


async def test_a_worker_that_goes_away_after_its_last_message_has_said_everything(client_and_workers):
    async with client_and_workers(breaking(DONE)) as (client, _):
        assert await said(client) == [SAID]


@pytest.mark.parametrize(
    "replies",
    [
        [Reply(pcm=b"abc"), DONE],
        [Reply(words=[synth_pb2.Word(text_start=3, text_end=8)]), DONE],
        [Reply(words=[synth_pb2.Word(text_start=3, text_end=2)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, start=1.0, end=0.5)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, start=float("nan"), end=1.0)]), DONE],
        [Reply(words=[synth_pb2.Word(text_end=2, end=float("inf"))]), DONE],
    ],
    ids=[
        "half a sample",
        "beyond the text",
        "backwards",
        "back in time",
        "no time",
        "for ever",
    ],
)
async def test_a_worker_that_breaks_the_contract_fails_the_segment(replies, client_and_workers):
    async with client_and_workers(saying(*replies)) as (client, _):
        assert await said(client) == [SegmentFailed(7, InternalError("synthesis failed"))]


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


async def test_what_is_not_urgent_may_wait_in_the_workers_queue(client_and_workers):
    async def script(_):
        await asyncio.sleep(0.3)
        yield DONE

    async with client_and_workers(script, stall=0.1) as (client, _):
        assert await said(client, due_in=5.0) == [SAID]
        assert isinstance((await said(client, due_in=0.0))[-1], SegmentFailed)


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


async def test_cancelling_the_task_abandons_the_segment(client_and_workers):
    async with client_and_workers(silent) as (client, served):
        speech = asyncio.create_task(said(client))
        await served.asked.wait()
        speech.cancel()
        with pytest.raises(asyncio.CancelledError):
            await speech
        await served.abandoned.wait()
        assert client.calls()[0] == 0


async def test_closing_the_iterator_abandons_the_segment(client_and_workers):
    async with client_and_workers(endless) as (client, served):
        async with aclosing(client.synthesize(segment())) as messages:
            await anext(messages)
            assert client.calls()[0] == 1
        await served.abandoned.wait()
        assert client.calls()[0] == 0


async def test_closing_the_client_fails_what_is_being_read(folder, client_of):
    async with worker(f"unix:{folder}/0", endless):
        async with client_of(f"unix:{folder}/0") as client:
            messages = client.synthesize(segment())
            await anext(messages)

        assert [message async for message in messages][-1] == SegmentFailed(
            7, WorkerUnavailable("the connection was closed")
        )


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
