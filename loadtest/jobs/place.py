"""Gateways that share a database, a folder and a worker, and can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtest.jobs.account import new_key
from loadtest.processes import free_port

QUIET = {"GRPC_VERBOSITY": "NONE"}


@dataclass(slots=True)
class Gateway:
    """One that is started again on its ports after each death."""

    command: list[str]
    port: int
    environ: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stderr=log, env=os.environ | QUIET | self.environ)  # noqa: S603 - ours

    def kill(self) -> None:
        """As the kernel does it: nothing of it runs after this."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """As an operator does it; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()

    def ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=1.0)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


@dataclass(slots=True)
class Place:
    """database: its URL; key: of an account that may do anything."""

    folder: Path
    database: str
    key: str
    gateways: list[Gateway] = field(default_factory=list)

    @property
    def audio(self) -> Path:
        return self.folder / "audio"


@contextmanager
def open_place(number: int, pace: float, at_once: int, database: str = "") -> Iterator[Place]:
    """So many gateways, started, and a worker of their own that outlives them.

    pace: seconds of waiting per second of audio; at_once: jobs for each; database: empty for SQLite.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="loadtest-")))
        address = f"unix:{folder}/worker.sock"
        options = ["--engine", "tone", f"--tone.pace={pace}", f"--tone.max-batch={2 * number * at_once}"]
        worker = subprocess.Popen(  # noqa: S603 - ours
            [sys.executable, "-m", "synth", "--listen", address, *options],
            stderr=subprocess.DEVNULL,
            env=os.environ | QUIET,
        )
        stack.callback(worker.wait)
        stack.callback(worker.kill)
        database = database or f"sqlite+aiosqlite:///{folder}/voxgate.db"
        place = Place(folder, database, new_key({"VOXGATE_DATABASE_URL": database}))
        for index in range(number):
            place.gateways.append(_gateway(folder, index, address, at_once, database))
            place.gateways[-1].start()
            stack.callback(place.gateways[-1].kill)
        yield place


def _gateway(folder: Path, index: int, worker: str, at_once: int, database: str) -> Gateway:
    port, grpc_port = free_port(), free_port()
    command = [sys.executable, "-m", "gateway", f"--port={port}", f"--grpc-port={grpc_port}", f"--data-dir={folder}"]
    environ = {
        "VOXGATE_JOBS_AT_ONCE": str(at_once),
        "VOXGATE_WORKER_ADDRESSES": worker,
        "VOXGATE_DATABASE_URL": database,
        "VOXGATE_WEBHOOKS_ALLOW_PRIVATE": "true",
    }
    return Gateway(command, port, environ, folder / f"gateway-{index}.log")
