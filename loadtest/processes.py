"""Servers to load: starts them, waits for them, and reads what they cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import psutil

START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0
QUIET = {"GRPC_VERBOSITY": "ERROR"}  # every cancelled call is a line otherwise


class ServerError(Exception):
    """A server did not start, or ended by itself."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds since the process began, resident bytes."""

    cpu: float = 0.0
    rss: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.rss + other.rss)


def costs(pid: int) -> dict[str, Cost]:
    """What a server's processes have cost so far, by the part that they play: "gateway" or "worker"."""
    found: dict[str, Cost] = {}
    server = psutil.Process(pid)
    for process in (server, *server.children(recursive=True)):
        try:
            with process.oneshot():
                times, part = process.cpu_times(), _part(process.cmdline())
                cost = Cost(times.user + times.system, process.memory_info().rss)
        except psutil.NoSuchProcess:
            continue  # it has ended since it was listed
        found[part] = found.get(part, Cost()) + cost
    return found


def _part(command: Sequence[str]) -> str:
    return "worker" if "synth" in command else "gateway"


def busy() -> float:
    """CPU seconds that everything on this machine has used, or was kept from using, since it started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)


@dataclass(slots=True)
class Meter:
    """What a server costs from now on: CPU seconds, and the most resident bytes that `look` has seen."""

    pid: int
    rss: dict[str, int] = field(default_factory=dict)
    _before: dict[str, Cost] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = self._look()

    def look(self) -> None:
        self._look()

    def cpu(self) -> dict[str, float]:
        return {part: cost.cpu - self._before.get(part, Cost()).cpu for part, cost in self._look().items()}

    def _look(self) -> dict[str, Cost]:
        now = costs(self.pid)
        for part, cost in now.items():
            self.rss[part] = max(self.rss.get(part, 0), cost.rss)
        return now


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    url: str
    grpc: str = ""


@contextmanager
def voxgate(*options: str, **settings: str) -> Iterator[Server]:
    """`voxgate serve` on free ports of this machine until the block is left. ServerError when it does not start.

    settings: by their names in the configuration.
    """
    port, grpc_port = free_port(), free_port()
    with TemporaryDirectory(prefix="loadtest-") as data:
        ports = (f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={data}")
        with child("gateway", *ports, *options, **settings) as server:
            server.wait_until(lambda: _answers(port, "/readyz"))
            yield Server(server.process.pid, f"ws://127.0.0.1:{port}", f"127.0.0.1:{grpc_port}")


@contextmanager
def child(*command: str, **settings: str) -> Iterator["Child"]:
    """A program of this interpreter that ends with the block: told to, and killed when it does not."""
    environment = os.environ | QUIET | {f"VOXGATE_{name.upper()}": value for name, value in settings.items()}
    with (
        TemporaryFile() as log,
        subprocess.Popen([sys.executable, "-m", *command], stderr=log, env=environment) as process,  # noqa: S603 - ours
    ):
        try:
            yield Child(process, log)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass(frozen=True, slots=True)
class Child:
    process: "subprocess.Popen[bytes]"
    log: IO[bytes]

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Asks 20 times a second. ServerError, with what it said, when it ends first or takes too long."""
        deadline = time.monotonic() + START_TIMEOUT
        while not ready():
            if self.process.poll() is not None:
                raise ServerError(f"the server ended with status {self.process.returncode}:\n{self._said()}")
            if time.monotonic() > deadline:
                raise ServerError(f"the server was not ready after {START_TIMEOUT:g} s:\n{self._said()}")
            time.sleep(0.05)

    def _said(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1.0)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
