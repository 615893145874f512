import asyncio
import os
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import psutil
import pytest

from gateway.workers.supervisor import Child, Supervisor, Timing, WrongCommandError, next_delay

# Visits the test's socket, answers each ping there, and ends with the socket or with its stdin.
VISITOR = """
import os, select, signal, socket, sys
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
host = socket.socket(socket.AF_UNIX)
host.connect(sys.argv[1])
host.sendall(b"%d\\n" % os.getpid())
while host not in (ready := select.select([host, 0], [], [])[0]) or host.recv(100):
    if 0 in ready:
        sys.exit()
    host.sendall(b"well\\n")
"""

PARENT = """
import asyncio, sys, uvloop
from gateway.workers.supervisor import Child, Supervisor
run = uvloop.run if sys.argv[1] == "uvloop" else asyncio.run
run(Supervisor([Child(str(n), sys.argv[2:]) for n in range(2)]).run())
"""

QUICK = Timing(first_delay=0.01, longest_delay=0.04)


class Reception:
    """Where the children report: each visit is a process id and the streams to it."""

    def __init__(self, path):
        self.path = path
        self.visits = asyncio.Queue()
        self.well = asyncio.Event()
        self._streams = None
        self._writers = []

    def argv(self, *words):
        return [sys.executable, "-S", "-c", VISITOR, self.path, *words]

    async def welcome(self, reader, writer):
        self._writers.append(writer)
        process_id = int(await reader.readline())
        self._streams = reader, writer  # now, or a probe would read the process id for an answer
        self.visits.put_nowait((process_id, reader))

    async def healthy(self):
        if self._streams is None:
            return False
        reader, writer = self._streams
        writer.write(b"how are you")
        if await reader.readline() == b"well\n":
            self.well.set()
            return True
        return False

    async def close(self):
        for writer in self._writers:
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


@pytest.fixture
async def reception():
    with tempfile.TemporaryDirectory() as folder:
        host = Reception(f"{folder}/s")
        server = await asyncio.start_unix_server(host.welcome, host.path)
        yield host
        server.close()
        await host.close()


@asynccontextmanager
async def supervised(*children, timing=QUICK, on_restart=None):
    supervisor = Supervisor(children, timing=timing, on_restart=on_restart)
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run())
        yield supervisor
        supervisor.stop()


def test_delays_double_up_to_the_longest_and_start_afresh_after_a_healthy_life():
    timing = Timing(first_delay=0.2, longest_delay=30.0, healthy_life=60.0)
    delays = [0.0]
    for _ in range(10):
        delays.append(next_delay(delays[-1], 59.9, timing))

    assert delays[1:] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]
    assert next_delay(30.0, 60.0, timing) == 0.2


async def test_a_child_that_is_killed_is_started_again(reception):
    told = []
    async with supervised(Child("a", reception.argv()), on_restart=lambda *told_of: told.append(told_of)) as supervisor:
        first, _ = await reception.visits.get()
        os.kill(first, signal.SIGKILL)
        second, _ = await reception.visits.get()

        assert not psutil.pid_exists(first)
        assert supervisor.states["a"].pid == second
        assert supervisor.states["a"].restarts == {"crashed": 1}
        assert told == [("a", "crashed")]


async def test_a_child_that_exits_well_is_started_again_too():
    restarts = asyncio.Queue()
    async with supervised(Child("a", ["true"]), on_restart=lambda *told: restarts.put_nowait(told)):
        assert await restarts.get() == ("a", "crashed")
        assert await restarts.get() == ("a", "crashed")


@pytest.mark.slow
async def test_a_child_that_stops_answering_is_killed_and_started_again(reception):
    timing = Timing(probe_every=0.3, first_delay=0.01)
    async with supervised(Child("a", reception.argv(), reception.healthy), timing=timing) as supervisor:
        first, _ = await reception.visits.get()
        await reception.well.wait()
        os.kill(first, signal.SIGSTOP)
        await reception.visits.get()

        assert not psutil.pid_exists(first)
        assert supervisor.states["a"].restarts == {"hung": 1}


@pytest.mark.slow
async def test_a_pause_of_our_own_kills_nobody(reception):
    timing = Timing(probe_every=0.2)
    async with supervised(Child("a", reception.argv(), reception.healthy), timing=timing) as supervisor:
        for _ in range(3):
            await reception.well.wait()
            reception.well.clear()
            time.sleep(1.0)  # noqa: ASYNC251 - the loop itself stands still, as when the machine is suspended
        await reception.well.wait()

        assert not supervisor.states["a"].restarts


@pytest.mark.slow
async def test_a_child_that_is_never_ready_is_given_its_start_up_time_and_no_more():
    async def never():
        return False

    restarts = asyncio.Queue()
    loop = asyncio.get_running_loop()
    started = loop.time()
    timing = Timing(start_up=0.3, probe_every=0.05)
    async with supervised(
        Child("a", ["sleep", "100"], never), timing=timing, on_restart=lambda *told: restarts.put_nowait(told)
    ):
        assert await restarts.get() == ("a", "hung")
        assert loop.time() - started >= 0.3


@pytest.mark.slow
async def test_a_crash_loop_slows_down_and_ends_when_the_child_can_live(tmp_path):
    cure, deaths, well = tmp_path / "cure", [], asyncio.Event()
    loop = asyncio.get_running_loop()

    def bury(*_):
        deaths.append(loop.time())
        if len(deaths) == 5:
            cure.touch()

    async def healthy():
        if cure.exists():
            well.set()
        return True

    timing = Timing(first_delay=0.02, longest_delay=0.1, probe_every=0.5)
    child = Child("a", ["sh", "-c", f"test -e {cure} && exec sleep 100"], healthy)
    async with supervised(child, timing=timing, on_restart=bury):
        await well.wait()

    pauses = [after - before for before, after in pairwise(deaths)]
    assert all(pause >= delay for pause, delay in zip(pauses, [0.02, 0.04, 0.08, 0.1], strict=True))


async def test_a_command_that_cannot_be_started_is_tried_again_like_a_crash(tmp_path):
    script = tmp_path / "child"
    started = asyncio.Event()

    def repair(*_):
        script.write_text("#!/bin/sh\nexec sleep 100\n")
        script.chmod(0o755)

    async def healthy():
        started.set()
        return True

    async with supervised(Child("a", [str(script)], healthy), on_restart=repair) as supervisor:
        await started.wait()
        assert supervisor.states["a"].restarts == {"crashed": 1}


async def test_stopping_ends_all_children_and_starts_none_again(reception):
    children = [Child(name, reception.argv()) for name in "abc"]
    async with supervised(*children) as supervisor:
        pids = [(await reception.visits.get())[0] for _ in children]

    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert all(state.pid is None and not state.restarts for state in supervisor.states.values())


@pytest.mark.slow
async def test_a_child_that_ignores_sigterm_is_killed_after_the_grace_time(reception):
    loop = asyncio.get_running_loop()
    async with supervised(Child("a", reception.argv("stubborn")), timing=Timing(grace=0.2)):
        pid, _ = await reception.visits.get()
        stopped_at = loop.time()

    assert 0.2 <= loop.time() - stopped_at < 5.0
    assert not psutil.pid_exists(pid)


async def test_stopping_does_not_wait_for_a_delay():
    restarts = asyncio.Queue()
    timing = Timing(first_delay=1000.0)
    async with supervised(Child("a", ["true"]), timing=timing, on_restart=lambda *told: restarts.put_nowait(told)):
        await restarts.get()


async def test_a_cancelled_supervisor_leaves_no_child_behind(reception):
    running = asyncio.create_task(Supervisor([Child("a", reception.argv("stubborn"))]).run())
    pid, _ = await reception.visits.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert not psutil.pid_exists(pid)


async def test_what_a_child_has_started_dies_with_it(tmp_path):
    pipe = tmp_path / "pipe"  # held open by child and grandchild
    os.mkfifo(pipe)
    child = Child("a", ["sh", "-c", f"exec 3>{pipe}; sleep 100 & exit 1"])
    async with supervised(child, timing=Timing(first_delay=1000.0)):
        assert await asyncio.to_thread(pipe.read_bytes) == b""


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
async def test_children_end_when_their_parent_is_killed(reception, loop):
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, loop, *reception.argv())
    children = [await reception.visits.get() for _ in range(2)]
    parent.kill()
    await parent.wait()

    assert [await reader.read() for _, reader in children] == [b"", b""]


async def test_a_command_that_does_not_understand_its_options_is_not_started_again():
    supervisor = Supervisor([Child("wrong", [sys.executable, "-c", "raise SystemExit(2)"])])

    with pytest.raises(ExceptionGroup) as caught:
        await supervisor.run()

    assert caught.group_contains(WrongCommandError)
