"""One context as its client sees it: says what the script says when it says it, times and checks what comes back."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from loadtest.faults import Fault, Faults
from loadtest.listener import Ear, Listener
from loadtest.measure import Measures
from loadtest.opus_ear import OpusEar
from loadtest.pcm_ear import PcmEar
from loadtest.script import Action, Append, Clear, Close, Flush, Turn
from loadtest.turn import Onset, Stopwatch
from loadtest.wire import Fields, LostError, Wire

ANSWER_TIMEOUT = 60.0  # for the end of a turn; its speech takes a tenth of that
ENCODINGS = ("pcm_s16le", "ogg_opus", "opus")

now = time.perf_counter


class Stream:
    def __init__(self, wire: Wire, context_id: str, encoding: str, measures: Measures, faults: Faults) -> None:
        self.id = context_id
        self.ear = _open_ear(encoding, self._note)
        self._wire = wire
        self._encoding = encoding
        self._measures = measures
        self._faults = faults
        self._listener = Listener(self.ear, self._note)
        self._stopwatch = Stopwatch(measures.gaps)
        self._cleared_at: deque[float] = deque()
        self._played = 0.0  # of earlier turns, since the last clear
        self._opened = False
        self._news = asyncio.Event()
        self._lost: str | None = None

    @property
    def finished(self) -> bool:
        return self._listener.finished

    async def speak(self, turns: tuple[Turn, ...], enough: Callable[[], bool]) -> None:
        """From the first word to context_done; closes after the current turn once there is `enough`. Raises LostError,
        and TimeoutError when an answer does not come.
        """
        self._wire.send("open_context", {"context_id": self.id, "output": {"encoding": self._encoding}})
        for number, turn in enumerate(turns):
            actions = turn.actions if not number or not enough() else (Close(0.0),)
            await self._take_turn(actions, waits=turn.waits or isinstance(actions[-1], Close))
            if not enough():
                lead = self._stopwatch.player.lead(now()) if turn.listens else 0.0
                await asyncio.sleep(turn.think + lead)
            if self.finished:
                return

    # what the server says

    def audio(self, sequence: int, flush_id: int, payload: bytes) -> None:
        at = now()
        seconds = self._listener.audio(sequence, payload, flush_id)
        self._measures.heard(len(payload), seconds)
        if not self._cleared_at:
            self._stopwatch.hear(at, seconds)

    def message(self, kind: str, fields: Fields) -> None:
        self._news.set()
        match kind:
            case "context_opened" if not self._opened:
                self._opened = True
            case "flush_done":
                self._listener.flush_done(fields["flush_id"])
            case "cleared":
                self._hear_cleared(fields)
            case "context_done":
                self._listener.done()
            case "failed":
                self._note(Fault.FAILED, f"{fields['error']['reason']}: {fields['error']['message']}")
            case "words" | "warned":
                pass  # nothing is lost
            case _:
                self._note(Fault.PROTOCOL, f"unexpected {kind!r}")

    def lost(self, story: str) -> None:
        """The connection has gone."""
        self._lost = story or "it ended before context_done"
        self._news.set()

    # inside

    def _hear_cleared(self, fields: Fields) -> None:
        if self._cleared_at:
            self._measures.clears.append(now() - self._cleared_at.popleft())
        self._listener.cleared(fields["heard"], fields["unheard"])

    async def _take_turn(self, actions: tuple[Action, ...], *, waits: bool) -> None:
        self._stopwatch = Stopwatch(self._measures.gaps)
        self.ear.onset = Onset()
        start = now()
        for action in actions:
            await self._until(start + action.at)
            self._act(action)
        if waits:
            await self._answered(actions[-1])

    def _act(self, action: Action) -> None:
        at = now()
        match action:
            case Append(text=text):
                self._stopwatch.spoke(at)
                self._listener.append(text)
                self._wire.send("append_text", {"context_id": self.id, "text": text})
            case Flush():
                self._stopwatch.flushed(at)
                self._listener.flush()
                self._wire.send("flush", {"context_id": self.id})
            case Close():
                self._listener.close()
                self._wire.send("close_context", {"context_id": self.id})
            case Clear():
                self._clear(action, at)

    def _clear(self, action: Clear, at: float) -> None:
        played = 1000 * (self._played + self._stopwatch.player.played(at))
        self._played = 0.0
        self._cleared_at.append(at)
        self._listener.clear()
        self._wire.send("clear", {"context_id": self.id} | ({"played_ms": played} if action.played else {}))

    async def _answered(self, last: Action) -> None:
        """Waits for the answer to a turn's last action; a turn that was spoken to its end is measured."""
        if isinstance(last, Clear):
            await self._wait(lambda: not self._cleared_at)
            return
        await self._wait(lambda: self.finished or (isinstance(last, Flush) and self._listener.all_flushed))
        self._played += self._stopwatch.player.received
        measured = self._stopwatch.turn(self.ear.onset.silence)
        if measured is not None:
            self._measures.turns.append(measured)

    async def _until(self, moment: float) -> None:
        if (delay := moment - now()) > 0:
            await asyncio.sleep(delay)
        if self._lost is not None:
            raise LostError(self._lost)

    async def _wait(self, answered: Callable[[], bool]) -> None:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            while not answered():
                if self._lost is not None:
                    raise LostError(self._lost)
                self._news.clear()
                await self._news.wait()

    def _note(self, fault: Fault, story: str) -> None:
        self._faults.note(fault, f"{self.id}: {story}")


def _open_ear(encoding: str, note: Callable[[Fault, str], None]) -> Ear:
    return PcmEar(note) if encoding == "pcm_s16le" else OpusEar(note, ogg=encoding == "ogg_opus")
