"""A client's process: gets orders on stdin, answers on stdout, line by line."""

import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.clients import HERE, Client
from harness.ear import Sound, listen
from harness.site import Site

ANSWER_LIMIT = 120  # seconds; a driver gives a turn 40
ENVIRONMENTS = HERE.parent.parent / ".venv-clients"


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn, as the client told it. first: seconds from the last text to the first audio."""

    text: str
    sound: Sound
    first: float | None
    timing: list[tuple[str, float, float]]
    error: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """connections: opened for it. log: what the client wrote beside."""

    client: Client
    turns: list[Heard]
    connections: int
    log: str


class DriverError(Exception):
    """The client's program died or said nothing."""


class Driver:
    def __init__(self, client: Client, site: Site, folder: Path) -> None:
        self._client = client
        self._site = site
        self._folder = folder
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        # pipecat 0.0 would download what cuts its text into sentences.
        environ = {**os.environ, **site.environ, "NLTK_DATA": str(HERE / "python" / "nltk_data")}
        self._process = subprocess.Popen(
            _command(client), env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
        )
        assert self._process.stdout
        os.set_blocking(self._process.stdout.fileno(), False)
        self._pending = b""

    def ask(self, order: str, turns: Sequence[str]) -> Conversation:
        """order: speak, interrupt or refused. Blocks until the conversation is over."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        before = self._site.connections
        written = self._log.seek(0, os.SEEK_END)
        deltas = [_deltas(text) for text in turns]
        self._write({"do": order, "turns": deltas, "folder": str(folder)})
        answer = self._read()
        heard = [_heard(text, told) for text, told in zip(turns, answer, strict=True)]
        return Conversation(self._client, heard, self._site.connections - before, self._logged(written))

    def close(self) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

    def _write(self, order: object) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failed("ended") from None

    def _read(self) -> list[dict]:
        assert self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                while b"\n" in self._pending:
                    line, _, self._pending = self._pending.partition(b"\n")
                    if line.startswith(b'{"answer"'):
                        return json.loads(line)["answer"]
                    self._log.seek(0, os.SEEK_END)
                    self._log.write(line + b"\n")
                if not selector.select(ANSWER_LIMIT):
                    raise self._failed("does not answer")
                if not (data := self._process.stdout.read()):
                    raise self._failed("ended")
                self._pending += data

    def _failed(self, how: str) -> DriverError:
        return DriverError(f"the client {how}:\n{self._logged(0)[-3000:]}")

    def _logged(self, since: int) -> str:
        self._log.seek(since)
        return self._log.read().decode(errors="replace")


def _command(client: Client) -> list[str]:
    if client.environment == "node":
        return ["node", str(HERE / "node" / client.driver), client.way]
    python = sys.executable if client.environment == "own" else str(ENVIRONMENTS / client.environment / "bin/python")
    return [python, str(HERE / "python" / client.driver), client.way]


def _deltas(text: str) -> list[str]:
    """As language models write: a token is a word with the space before it."""
    first, *rest = text.split(" ")
    return [first, *(f" {word}" for word in rest)]


def _heard(text: str, told: dict) -> Heard:
    sound = listen(Path(told["audio"]), told["encoding"], told["rate"])
    timing = [(str(piece), float(start), float(end)) for piece, start, end in told["timing"]]
    return Heard(text, sound, told["first"], timing, told["error"])
