"""A real gateway in a process of its own, and what a test does to it and its workers."""

import asyncio
import re
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psutil

START = 60.0
STOP = 15.0


async def until(condition, within, what=""):
    """Waits for something in another process. The seconds that it took."""
    started = time.monotonic()
    while not (value := condition()):
        waited = time.monotonic() - started
        assert waited < within, f"{what or condition} did not come within {within} s"
        await asyncio.sleep(0.05)
    return time.monotonic() - started if value is True else value


class Gateway:
    """A `gateway` process as its operator sees it."""

    def __init__(self, process, log, port, grpc_port):
        self.process = psutil.Process(process.pid)
        self.port, self.grpc_port = port, grpc_port
        self.url = f"ws://127.0.0.1:{port}"
        self._popen = process
        self._log = log
        self.seen = set()

    def children(self):
        with suppress(psutil.NoSuchProcess):
            self.seen.update(self.process.children(recursive=True))
        return [child for child in self.seen if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]

    def workers(self):
        return [child for child in self.children() if "synth" in _command(child)]

    def members(self):
        return [child for child in self.children() if "member" in _command(child)]

    def rss(self):
        """Of the gateway's own processes, bytes."""
        return sum(each.memory_info().rss for each in [self.process, *self.members()])

    def get(self, path, timeout=2.0):
        """(status, body); 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def ready(self):
        return self.get("/readyz")[0] == 200

    def metric(self, name):
        """The sum over all labels; 0 when nothing was counted yet."""
        body = self.get("/metrics")[1]
        return sum(float(value) for value in re.findall(rf"^voxgate_{name}(?:{{.*}})? (\S+)$", body, re.MULTILINE))

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def running(self):
        assert self._popen.poll() is None, f"the gateway ended with status {self._popen.returncode}:\n{self.log()}"
        return True

    async def started(self, processes):
        await until(lambda: self.running() and self.log().count("listening") == processes, START, "all processes")
        await until(self.ready, START, "ready")
        self.children()

    async def ended(self, within=STOP):
        """The exit status. Then nothing of it is left."""
        await until(lambda: self._popen.poll() is not None, within, "the gateway's end")
        await until(lambda: not self.children(), 2.0, "the end of its children")
        return self._popen.returncode

    def kill(self):
        """For a test that failed half-way: leaves nothing behind."""
        for each in [*self.children(), self.process]:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self._popen.wait()


def _command(process):
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return process.cmdline()
    return []
