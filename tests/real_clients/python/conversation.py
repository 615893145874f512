"""What every driver does: takes orders from stdin, holds a conversation with its client, answers with what it heard.

An order is a line of JSON: {"do": "speak" | "interrupt" | "refused", "turns": [[delta, ...], ...], "folder": path}. The
answer is a line too: {"answer": [{audio, encoding, rate, first, timing, error}, ...]}, one for each turn. Whatever else
stands on stdout is the client's own.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PACE = 0.05  # seconds between two deltas: 20 tokens a second, as a fast model writes
HEARD = 0.6  # seconds of audio after which a user interrupts
TURN_LIMIT = 40  # seconds

PAGE = Path(__file__).parents[3] / "docs/clients.md"
HTTP = os.environ["VOXGATE_HTTP"]
PLACES = {
    "http://127.0.0.1:8080": HTTP,
    "ws://127.0.0.1:8080": HTTP.replace("http", "ws", 1),
    "https://localhost:8443": os.environ["VOXGATE_HTTPS"],
    "127.0.0.1:50051": os.environ["VOXGATE_GRPC"],
    "localhost:50051": os.environ["VOXGATE_GRPC_TLS"],
    "127.0.0.1:10200": os.environ["VOXGATE_WYOMING"],
}
KEY = os.environ["VOXGATE_KEY"]
WRONG_KEY = "vg_this-is-not-a-key"


def configured(name: str, key: str, **names: object) -> Any:
    """What the page about clients makes under the name: its own lines, with this server's address and key."""
    (lines,) = re.findall(rf"^```python {re.escape(name)}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    for place, ours in PLACES.items():
        lines = lines.replace(place, ours)
    exec(lines.replace("YOUR_KEY", key), names)
    return names.get("tts") or names["client"]


@dataclass(slots=True)
class Turn:
    """What one turn says and what is heard of it."""

    deltas: list[str]
    audio: bytearray = field(default_factory=bytearray)
    encoding: str = "s16le"  # or "f32le", or "file" for what says itself what it is
    rate: int = 24_000
    timing: list[tuple[str, float, float]] = field(default_factory=list)  # text, start, end in seconds of the audio
    sent_at: float = 0.0  # of the last text
    first_at: float | None = None
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)
    interrupt_at_audio: bool = False
    error: str | None = None

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    async def write(self) -> AsyncIterator[str]:
        """The deltas as a model writes them; ends early when the user interrupts."""
        for delta in self.deltas:
            if self.interrupted.is_set():
                return
            self.sent_at = time.monotonic()
            yield delta
            await asyncio.sleep(PACE)

    def write_in_a_thread(self) -> Iterator[str]:
        for delta in self.deltas:
            self.sent_at = time.monotonic()
            yield delta
            time.sleep(PACE)

    def hear(self, audio: bytes) -> None:
        if not audio:
            return
        if self.first_at is None:
            self.first_at = time.monotonic()
        self.audio += audio
        if self.interrupt_at_audio and self.seconds >= HEARD:
            self.interrupted.set()

    @property
    def seconds(self) -> float:
        """Of audio heard so far; a guess for files, by the rate of a good MP3."""
        return len(self.audio) / {"s16le": 2 * self.rate, "f32le": 4 * self.rate, "file": 16_000}[self.encoding]

    def told(self, path: Path) -> dict[str, object]:
        path.write_bytes(self.audio)
        first = None if self.first_at is None else self.first_at - self.sent_at
        return {
            "audio": str(path),
            "encoding": self.encoding,
            "rate": self.rate,
            "first": first,
            "timing": self.timing,
            "error": self.error,
        }


class Client(Protocol):
    async def speak(self, turn: Turn) -> None:
        """Says the turn and hears it to its end; when turn.interrupted is set it stops as its users stop it."""

    async def close(self) -> None: ...


def hold(make: Callable[[str], Client]) -> None:
    """make: from an API key. Holds one conversation, with a client of its own, for each order."""
    for line in sys.stdin:
        answer = asyncio.run(_follow(json.loads(line), make))
        sys.stdout.write(json.dumps({"answer": answer}) + "\n")
        sys.stdout.flush()


async def _follow(order: dict, make: Callable[[str], Client]) -> list[dict[str, object]]:
    turns = [Turn(deltas) for deltas in order["turns"]]
    turns[0].interrupt_at_audio = order["do"] == "interrupt"
    client = make(WRONG_KEY if order["do"] == "refused" else KEY)
    for turn in turns:
        await _speak(client, turn)
    await client.close()
    folder = Path(order["folder"])
    return [turn.told(folder / f"{number}.audio") for number, turn in enumerate(turns, 1)]


async def _speak(client: Client, turn: Turn) -> None:
    try:
        async with asyncio.timeout(TURN_LIMIT):
            await client.speak(turn)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is what its user sees
        turn.error = _describe(error)


def _describe(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_describe(each) for each in error.exceptions)
    return f"{type(error).__name__}: {error}"
