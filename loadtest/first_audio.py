"""How soon speech starts, and whether it goes on without a gap, with text that comes token by token.

From the token that completes the first segment to the first audio frame: the client cannot see segments, so the last
token that it had sent when the first audio came is taken, which completed the segment or came later. What is reported
is never less than what the server took, but for a token's time on its way.
"""

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop

from loadtest import websocket
from loadtest.measure import Summary, summarise
from loadtest.pcm_ear import BYTES_PER_SECOND
from loadtest.processes import Server
from loadtest.replies import REPLIES, tokens
from loadtest.stream import now
from loadtest.turn import Stopwatch
from loadtest.wire import Fields, LostError

TOKENS_PER_SECOND = 20.0
OUTPUT = {"encoding": "pcm_s16le", "sample_rate": 24_000}
GAP = 0.05  # seconds of silence that a listener may notice


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn, in seconds. first: from the first token to the first audio; after_token: from the last token before it.

    complete: whether the first sentence was, when its audio came. longest_gap: of the listener's silence after that.
    """

    first: float
    after_token: float
    complete: bool
    longest_gap: float


@dataclass(frozen=True, slots=True)
class FirstAudio:
    turns: Sequence[Heard]

    @property
    def first(self) -> Summary:
        return summarise(turn.first for turn in self.turns)

    @property
    def with_gaps(self) -> int:
        return sum(turn.longest_gap > GAP for turn in self.turns)

    def __str__(self) -> str:
        found = summarise(turn.after_token for turn in self.turns)
        early = sum(not turn.complete for turn in self.turns)
        return (
            f"first audio after the token that completed the first segment: p50 {found.p50 * 1000:.1f} ms, "
            f"p95 {found.p95 * 1000:.1f} ms; {early} of {len(self.turns)} before the first sentence was complete"
        )


@dataclass(slots=True)
class _Turn:
    """The inbox of a connection that speaks one text. sent: the tokens so far; heard: how many when audio came."""

    watch: Stopwatch = field(default_factory=lambda: Stopwatch(array("d")))
    sent: list[str] = field(default_factory=list)
    sent_at: float = 0.0
    heard: int = 0
    after_token: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)
    story: str = ""

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:  # noqa: ARG002 - an Inbox
        if not self.heard:
            self.heard = len(self.sent)
            self.after_token = now() - self.sent_at
        self.watch.hear(now(), len(payload) / BYTES_PER_SECOND)

    def message(self, kind: str, fields: Fields) -> None:
        if kind == "failed":
            self.story = str(fields)
        if kind in ("context_done", "failed"):
            self.done.set()

    def broken(self, story: str) -> None:
        self.lost(story)

    def lost(self, story: str) -> None:
        self.story = self.story or story
        self.done.set()

    def result(self) -> Heard:
        turn = self.watch.turn(0.0)
        if self.story or turn is None:
            raise LostError(self.story or "nothing was heard")
        complete = any(mark in "".join(self.sent[: self.heard]) for mark in ".?!")
        return Heard(turn.from_first_token, self.after_token, complete, turn.worst_stall)


def measure(server: Server, turns: int, latency: str = "balanced", listeners: int = 1) -> FirstAudio:
    """So many turns, a few at a time. Raises LostError when one fails."""
    return uvloop.run(_measure(server, turns, latency, listeners))


async def _measure(server: Server, turns: int, latency: str, listeners: int) -> FirstAudio:
    await _speak(server, REPLIES[0], latency)  # what a server loads for its first client is not the price of a turn
    texts = iter([REPLIES[number % len(REPLIES)] for number in range(turns)])
    spoken: list[Heard] = []

    async def listen() -> None:
        for text in texts:
            spoken.append(await _speak(server, text, latency))  # noqa: PERF401 - one at a time

    async with asyncio.TaskGroup() as group:
        for _ in range(listeners):
            group.create_task(listen())
    return FirstAudio(spoken)


async def _speak(server: Server, text: str, latency: str) -> Heard:
    turn = _Turn()
    async with websocket.connected(f"{server.url}/v1/stream?audio=binary", turn) as wire:
        wire.send("open_context", {"context_id": "a", "output": OUTPUT, "latency": latency})
        due = now()
        for token in tokens(text):
            await asyncio.sleep(due - now())
            turn.sent.append(token)
            turn.sent_at = now()
            turn.watch.spoke(turn.sent_at)
            wire.send("append_text", {"context_id": "a", "text": token})
            due += 1 / TOKENS_PER_SECOND
        wire.send("close_context", {"context_id": "a"})
        await turn.done.wait()
    return turn.result()
