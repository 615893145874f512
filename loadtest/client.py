"""One connection: several streams on it, each speaking one context after the other."""

import asyncio
from collections.abc import Callable

from loadtest import grpc_call, websocket
from loadtest.faults import Fault
from loadtest.findings import Findings
from loadtest.opus_ear import OpusEar
from loadtest.script import Speaker, Turn
from loadtest.stream import Stream, now
from loadtest.wire import Fields, LostError, Target, Wire

GOODBYE_TIMEOUT = 10.0
PAUSE = 1.0  # before a client whose connection is gone comes again


class Client:
    """The inbox of one connection."""

    def __init__(self, name: str, target: Target, findings: Findings) -> None:
        self._name = name
        self._target = target
        self._findings = findings
        self._streams: dict[int | str, Stream] = {}  # by context id, and by number in binary frames
        self._over: set[int | str] = set()
        self._greeted = False
        self._goodbye = False
        self._ended = asyncio.Event()
        self._wire: Wire | None = None

    async def converse(self, speakers: list[Speaker], enough: Callable[[], bool]) -> None:
        """Connects, lets all speak until there is enough, and says goodbye. What goes wrong is a fault."""
        try:
            self._wire = await self._connect()
            async with asyncio.TaskGroup() as group:
                for number, speaker in enumerate(speakers):
                    group.create_task(self._speak(number, speaker, self._wire, enough))
            await self._say_goodbye(self._wire)
        except* LostError as group:
            self._note(Fault.CONNECTION, str(group.exceptions[0]))
        except* TimeoutError:
            self._note(Fault.TIMEOUT, f"waits for an answer on {sorted(map(str, self._streams))}")
        finally:
            if self._wire is not None:
                await self._leave(self._wire)

    # the inbox

    def audio(self, context: int | str, sequence: int, flush_id: int, payload: bytes) -> None:
        stream = self._streams.get(context)
        if stream is None:
            self._note_stranger(context, "audio")
        else:
            stream.audio(sequence, flush_id, payload)

    def message(self, kind: str, fields: Fields) -> None:
        context_id = fields.get("context_id")
        if not context_id:
            self._hear(kind, fields)
        elif (stream := self._streams.get(context_id)) is None:
            self._note_stranger(context_id, kind)
        else:
            self._hand_on(stream, kind, fields)

    def broken(self, story: str) -> None:
        self._note(Fault.PROTOCOL, story)

    def lost(self, story: str) -> None:
        if not story and not self._goodbye:
            story = "ended before session_done"
        self._ended.set()
        for stream in set(self._streams.values()):
            stream.lost(story)
        if story and not self._streams:
            self._note(Fault.CONNECTION, story)

    # inside

    async def _connect(self) -> Wire:
        target, start = self._target, now()
        wire: Wire
        if target.url:
            wire = await websocket.connect(f"{target.url}/v1/stream?audio={target.audio}", self, target.api_key)
        else:
            wire = await grpc_call.connect(target.grpc, self, target.api_key)
        self._findings.measures.connects.append(now() - start)
        return wire

    async def _speak(self, number: int, speaker: Speaker, wire: Wire, enough: Callable[[], bool]) -> None:
        for count, turns in enumerate(speaker.contexts()):
            if enough():
                return
            await self._speak_context(f"{self._name}.{number}.{count}", turns, wire, enough)

    async def _speak_context(
        self, context_id: str, turns: tuple[Turn, ...], wire: Wire, enough: Callable[[], bool]
    ) -> None:
        findings = self._findings
        stream = Stream(wire, context_id, self._target.encoding, findings.measures, findings.faults)
        self._streams[context_id] = stream
        await stream.speak(turns, enough)
        if isinstance(stream.ear, OpusEar):
            findings.opus.append(stream.ear)

    async def _say_goodbye(self, wire: Wire) -> None:
        wire.send("close_session", {})
        async with asyncio.timeout(GOODBYE_TIMEOUT):
            await self._ended.wait()

    async def _leave(self, wire: Wire) -> None:
        if not self._ended.is_set():
            wire.abort()
        await wire.closed()

    def _hear(self, kind: str, fields: Fields) -> None:
        if kind == "session_opened" and not self._greeted:
            self._greeted = True
        elif kind == "session_done" and not self._goodbye:
            self._goodbye = True
        elif kind == "failed":
            self._note(Fault.FAILED, f"{fields['error']['reason']}: {fields['error']['message']}")
        elif kind != "warned":
            self._note(Fault.PROTOCOL, f"unexpected {kind!r}")

    def _hand_on(self, stream: Stream, kind: str, fields: Fields) -> None:
        if kind == "context_opened" and (handle := fields.get("handle")) is not None:
            self._streams[handle] = stream
            self._over.discard(handle)
        stream.message(kind, fields)
        if stream.finished:
            keys = [key for key, each in self._streams.items() if each is stream]
            self._over.update(keys)
            for key in keys:
                del self._streams[key]

    def _note_stranger(self, context: int | str, kind: str) -> None:
        over = context in self._over
        self._note(Fault.AFTER_CONTEXT_DONE if over else Fault.UNKNOWN_CONTEXT, f"{kind} for {context!r}")

    def _note(self, fault: Fault, story: str) -> None:
        self._findings.faults.note(fault, f"{self._name}: {story}")
