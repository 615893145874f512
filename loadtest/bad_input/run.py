"""Bad input to every route that the server describes: the status, how soon it comes, what it costs in memory."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from loadtest.bad_input.inputs import READABLE, Bad, paths, requests

PATIENCE = 10.0  # seconds for an answer
BAD_STATUS = range(400, 500)
ROUTES_OF_IDS = ("/v1/jobs/{}", "/v1/jobs/{}/text", "/api/v1/tts/{}", "/v1/library/{}", "/v1/voices/{}", "/voices/{}")


@dataclass(slots=True)
class Row:
    """What one kind of bad input got from all routes. statuses: how often each; seconds: until the answer had come."""

    what: str
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # routes that answered with something else than 4xx, and what
    grown: int = 0  # bytes of the gateway's memory, at the most

    def note(self, where: str, status: int, seconds: float, grown: int) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.seconds.append(seconds)
        self.grown = max(self.grown, grown)
        if status not in BAD_STATUS:
            self.strange.append(f"{where}: {status}")


def trial(host: str, port: int, described: Mapping[str, Any], key: str, pid: int) -> list[Row]:
    """Sends each input to each route of it, one after the other."""
    rows: dict[str, Row] = {}
    rss = _meter(pid)
    for where, bad in _all(f"{host}:{port}", described, key):
        before = rss()
        status, seconds = _ask(host, port, bad.request)
        rows.setdefault(bad.what, Row(bad.what)).note(where, status, seconds, rss() - before)
    return list(rows.values())


def _all(host: str, described: Mapping[str, Any], key: str) -> Iterator[tuple[str, Bad]]:
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if "requestBody" in operation:
                asked = path.replace("{", "").replace("}", "")
                for bad in requests(host, method.upper(), asked, key):
                    if bad.what not in READABLE or _asks_for_something(operation, described):
                        yield f"{method.upper()} {path}", bad
    for path in ROUTES_OF_IDS:
        for bad in paths(host, key, path):
            yield f"GET {path}", bad


def _asks_for_something(operation: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    """Whether its body has a field that must be there."""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return bool(schema.get("required"))


def _ask(host: str, port: int, request: bytes) -> tuple[int, float]:
    """(status, or 0 where none came; seconds)"""
    started = time.perf_counter()
    with socket.create_connection((host, port), timeout=PATIENCE) as connection:
        with suppress(ConnectionError):  # it may have heard enough before it has read everything
            connection.sendall(request)
        head = _head(connection)
    seconds = time.perf_counter() - started
    words = head.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 and words[1].isdigit() else 0), seconds


def _head(connection: socket.socket) -> bytes:
    head = b""
    with suppress(ConnectionError, TimeoutError):
        while b"\r\n" not in head and (data := connection.recv(4096)):
            head += data
    return head


def _meter(pid: int) -> Callable[[], int]:
    process = psutil.Process(pid)
    return lambda: int(process.memory_info().rss)


def wrong(rows: list[Row], slowest: float) -> list[str]:
    """What the promise does not hold for. slowest: seconds."""
    strange = [f"{row.what}: {each}" for row in rows for each in row.strange]
    slow = [f"{row.what}: {1000 * max(row.seconds):.0f} ms" for row in rows if max(row.seconds) > slowest]
    return [*strange, *slow]
