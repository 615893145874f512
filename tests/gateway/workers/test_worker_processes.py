"""Real workers, kept by the supervisor and asked by the client: what a killed or a frozen one does to speech."""

import asyncio
import os
import signal
import sys
import tempfile
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

import pytest

from gateway.core.events import SegmentAudio, SegmentDone, SegmentFailed, Synthesize
from gateway.errors import WorkerUnavailable
from gateway.workers.health import HealthProbe
from gateway.workers.supervisor import Child, Supervisor, Timing

pytestmark = pytest.mark.slow

TEXT = "A sentence that takes a worker some seconds to say when it speaks hardly faster than a listener hears."
SEGMENT = Synthesize(1, TEXT, "tone", "en", 1.0, 1.0, 0.0)
TIMING = Timing(probe_every=0.3, first_delay=0.05, grace=10.0)


class House:
    """Paced tone workers, so that a segment is under way when something happens to its worker."""

    def __init__(self, new_client, folder, count, stall, options):
        self._options = ["--engine", "tone", "--tone.pace", "0.3", "--parent-pipe", *options]
        self.addresses = [f"unix:{folder}/{number}" for number in range(count)]
        self.probes = [HealthProbe(address) for address in self.addresses]
        self.restarts = asyncio.Queue()
        children = [self._child(*each) for each in zip(self.addresses, self.probes, strict=True)]
        self.supervisor = Supervisor(children, timing=TIMING, on_restart=lambda *told: self.restarts.put_nowait(told))
        self.client = new_client(self.addresses, stall=stall)

    def _child(self, address, probe):
        return Child(address, [sys.executable, "-m", "synth", "--listen", address, *self._options], probe)

    async def begin(self, request=SEGMENT):
        """A segment under way: its messages after the first, which has its words, and the process that speaks it."""
        before = self.client.calls()
        messages = self.client.synthesize(request)
        await anext(messages)
        busy = next(n for n, calls in enumerate(self.client.calls()) if calls > before[n])
        return messages, self.supervisor.states[self.addresses[busy]].pid


@pytest.fixture
def house_of(read_client):
    """house_of(count, stall=..., options=...): a house in which all workers serve."""

    @asynccontextmanager
    async def make(count, stall=5.0, options=()):
        with tempfile.TemporaryDirectory() as folder:
            house = House(read_client, folder, count, stall, options)
            try:
                async with asyncio.TaskGroup() as group:
                    watch = group.create_task(house.client.run())
                    group.create_task(house.supervisor.run())
                    await house.client.all_serve()
                    yield house
                    house.supervisor.stop()
                    watch.cancel()
            finally:
                for each in (house.client, *house.probes):
                    await each.close()

    return make


async def the_rest(messages):
    return [message async for message in messages]


def samples(messages):
    return b"".join(message.pcm for message in messages if isinstance(message, SegmentAudio))


async def test_the_segment_of_a_killed_worker_fails_at_once_and_the_next_is_spoken_by_its_successor(house_of):
    loop = asyncio.get_running_loop()
    async with house_of(1) as house:
        messages, pid = await house.begin()
        os.kill(pid, signal.SIGKILL)
        killed_at = loop.time()
        last = (await the_rest(messages))[-1]
        failed_after = loop.time() - killed_at
        again = await the_rest(house.client.synthesize(replace(SEGMENT, text="Again.")))

        assert last == SegmentFailed(1, WorkerUnavailable("the worker broke off"))
        assert failed_after < 0.5
        assert isinstance(again[-1], SegmentDone)
        assert house.restarts.get_nowait() == (house.addresses[0], "crashed")


async def test_the_segments_of_other_workers_do_not_notice_a_kill(house_of):
    async with house_of(2) as house:
        first, pid = await house.begin()
        second, other = await house.begin()
        assert pid != other
        os.kill(pid, signal.SIGKILL)

        assert isinstance((await the_rest(first))[-1], SegmentFailed)
        assert isinstance((await the_rest(second))[-1], SegmentDone)


async def test_a_frozen_worker_is_replaced_and_its_segments_fail(house_of):
    async with house_of(1) as house:
        messages, pid = await house.begin()
        os.kill(pid, signal.SIGSTOP)
        last = (await the_rest(messages))[-1]
        again = await the_rest(house.client.synthesize(replace(SEGMENT, text="Again.")))

        assert last == SegmentFailed(1, WorkerUnavailable("the worker broke off"))
        assert isinstance(again[-1], SegmentDone)
        assert house.restarts.get_nowait() == (house.addresses[0], "hung")


async def test_a_stall_is_noticed_before_the_worker_is_replaced_and_the_segment_is_not_sent_there_again(house_of):
    async with house_of(2, stall=0.4) as house:
        messages, pid = await house.begin()
        os.kill(pid, signal.SIGSTOP)

        assert (await the_rest(messages))[-1] == SegmentFailed(1, WorkerUnavailable("the worker stalled"))
        assert isinstance((await the_rest(house.client.synthesize(SEGMENT)))[-1], SegmentDone)


async def test_a_broken_segment_is_resumed_to_the_sample_with_skip(house_of):
    async with house_of(1) as house:
        whole = samples(await the_rest(house.client.synthesize(SEGMENT)))
        messages, pid = await house.begin()
        heard = samples([await anext(messages) for _ in range(4)])
        os.kill(pid, signal.SIGKILL)
        heard += samples(await the_rest(messages))
        rest = samples(await the_rest(house.client.synthesize(replace(SEGMENT, skip=len(heard) // 2))))

        assert 0 < len(heard) < len(whole)
        assert heard + rest == whole


async def test_a_worker_that_may_not_finish_breaks_its_segment_off(house_of):
    async with house_of(1, options=["--grace", "0"]) as house:
        messages, pid = await house.begin()
        os.kill(pid, signal.SIGTERM)

        assert (await the_rest(messages))[-1] == SegmentFailed(1, WorkerUnavailable("the worker broke off"))
        assert isinstance((await the_rest(house.client.synthesize(SEGMENT)))[-1], SegmentDone)


async def test_a_worker_asked_to_stop_finishes_its_segment(house_of):
    async with house_of(1) as house, aclosing((await house.begin())[0]) as messages:
        house.supervisor.stop()
        assert isinstance((await the_rest(messages))[-1], SegmentDone)
