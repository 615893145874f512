"""A gateway with a key, for what should not be sent to one that is used."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from loadtest.bad_input.run import Row, trial
from loadtest.processes import voxgate

TOOLS = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
CREATE = "from voxgate.cli import main; main()"


def try_all() -> list[Row]:
    """Raises ServerError when the gateway does not start."""
    with _database() as url:
        key = _key(url)
        with voxgate("--engine=tone", "--engine-options=pace=0", database_url=url) as server:
            host, _, port = server.url.removeprefix("ws://").partition(":")
            _ask_as_a_model(host, int(port), key)
            return trial(host, int(port), _description(host, int(port)), key, server.pid)


def _ask_as_a_model(host: str, port: int, key: str) -> None:
    """The gateway loads what it needs for that when it is asked for the first time, which is no growth by bad input."""
    with closing(HTTPConnection(host, port, timeout=30)) as connection:
        connection.request(
            "POST", "/mcp", TOOLS, {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        )
        connection.getresponse().read()


@contextmanager
def _database() -> Iterator[str]:
    with TemporaryDirectory(prefix="bad-input-") as folder:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'voxgate.db'}"


def _key(url: str) -> str:
    command = [sys.executable, "-c", CREATE, "keys", "create", "bad"]
    made = subprocess.run(  # noqa: S603 - ours
        command, env={"VOXGATE_DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    return made.stdout.strip()


def _description(host: str, port: int) -> dict[str, object]:
    with closing(HTTPConnection(host, port, timeout=10)) as connection:
        connection.request("GET", "/openapi.json")
        described: dict[str, object] = json.load(connection.getresponse())
        return described
