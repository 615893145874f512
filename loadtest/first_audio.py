"""How soon speech starts on a real engine: from the token that completes the first segment to the first audio frame.

The client cannot see segments. The last token that it had sent when the first audio came is the one that completed the
segment, or a later one: what is reported is never less than what the server took, but for a token's time on its way.
"""

import asyncio
from dataclasses import dataclass

import uvloop

from loadtest import websocket
from loadtest.measure import summarise
from loadtest.processes import Server
from loadtest.stream import now
from loadtest.wire import Fields, LostError

TOKENS_PER_SECOND = 20.0
TEXT = (
    "Well, as far as I can see, the meeting was moved to Thursday because the room was taken. ",
    "If you have a minute, please look at the second page and tell me what you think of it. ",
    "I have sent you the new invitation this morning. It should be in your mailbox by now. ",
    "The train leaves at nine, but we should be there a little earlier to find good seats. ",
)


@dataclass(frozen=True, slots=True)
class FirstAudio:
    """Seconds, one for each turn. complete: whether the first sentence was, when its audio came."""

    after_token: list[float]
    complete: list[bool]

    def __str__(self) -> str:
        found = summarise(self.after_token)
        early = self.complete.count(False)
        return (
            f"first audio after the token that completed the first segment: p50 {found.p50 * 1000:.1f} ms, "
            f"p95 {found.p95 * 1000:.1f} ms; {early} of {len(self.complete)} before the first sentence was complete"
        )


class _Turn:
    """The inbox of a connection that speaks one text. sent: the tokens so far; heard: how many when audio came."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.sent_at = 0.0
        self.heard = 0
        self.after_token = 0.0
        self.done = asyncio.Event()
        self.story = ""

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:  # noqa: ARG002 - an Inbox
        if not self.heard:
            self.heard = len(self.sent)
            self.after_token = now() - self.sent_at

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


def measure(server: Server, turns: int) -> FirstAudio:
    """Raises LostError when a turn fails."""
    return uvloop.run(_measure(server, turns))


async def _measure(server: Server, turns: int) -> FirstAudio:
    await _speak(server, TEXT[0])  # what a server loads for its first client is not the price of a turn
    spoken = [await _speak(server, TEXT[number % len(TEXT)]) for number in range(turns)]
    complete = [any(mark in "".join(turn.sent[: turn.heard]) for mark in ".?!") for turn in spoken]
    return FirstAudio([turn.after_token for turn in spoken], complete)


async def _speak(server: Server, text: str) -> _Turn:
    turn = _Turn()
    wire = await websocket.connect(f"{server.url}/v1/stream?audio=binary", turn)
    wire.send("open_context", {"context_id": "a"})
    due = now()
    for token in text.split(" "):
        await asyncio.sleep(due - now())
        turn.sent.append(token + " ")
        turn.sent_at = now()
        wire.send("append_text", {"context_id": "a", "text": token + " "})
        due += 1 / TOKENS_PER_SECOND
    wire.send("close_context", {"context_id": "a"})
    await turn.done.wait()
    wire.abort()
    await wire.closed()
    if turn.story:
        raise LostError(turn.story)
    return turn
