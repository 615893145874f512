"""A PostgreSQL of one's own: a cluster in a temporary folder, gone with the block."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg

from loadtest.processes import free_port

PROGRAMS = ("initdb", "pg_ctl", "postgres")
USER = "voxgate"
NOBODY = "nobody"  # root may not run a PostgreSQL


def missing() -> list[str]:
    """Programs of PostgreSQL that are not on the PATH."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    port: int
    durable: bool = True

    async def new_database(self, name: str, like: str = "template1") -> str:
        """The URL of one that is empty, or a copy of another that nobody uses."""
        connection = await asyncpg.connect(host="127.0.0.1", port=self.port, user=USER, database="postgres")
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        finally:
            await connection.close()
        return f"postgresql+asyncpg://{USER}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1"
        if not self.durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._control("start", "-w", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """immediate: as if it were killed."""
        self._control("stop", "-m", mode)

    def initialise(self) -> None:
        _run("initdb", "-D", str(self._data), "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _control(self, *command: str) -> None:
        _run("pg_ctl", "-D", str(self._data), *command)


@contextmanager
def cluster(*, durable: bool = True) -> Iterator[Cluster]:
    """durable: over a crash of the machine, too. A test has no use for that, and waits less without it."""
    with TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, NOBODY)
        made = Cluster(Path(folder), free_port(), durable)
        made.initialise()
        made.start()
        try:
            yield made
        finally:
            made.stop()


def _run(*command: str) -> None:
    """Its output goes nowhere: a server that it starts would keep a pipe open for its whole life."""
    owner: dict[str, Any] = {"user": NOBODY} if os.geteuid() == 0 else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **owner)  # noqa: S603 - ours
