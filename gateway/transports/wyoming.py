"""Wyoming clients, over plain TCP. The protocol has neither keys nor encryption: whoever reaches the port is served."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.wyoming.conversation import WyomingDialect, as_event
from gateway.dialects.wyoming.frames import Header, WyomingEvent, read_event, read_header, write
from gateway.dialects.wyoming.info import answer_aside
from gateway.door import Door
from gateway.errors import InternalError, InvalidMessage, MessageTooLarge, SpeechError
from gateway.transports.request import abort, tune

EVENT_TIME = 10.0  # seconds for an event to come whole; as for a body over HTTP
GOODBYE = 2.0  # seconds for the client to read the last words and go
PIECE = 65_536  # bytes read at once of what is thrown away


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes: line, an event's first; data, what follows it; payload, what we throw away. seconds: for all of it."""

    line: int
    data: int
    payload: int
    seconds: float = EVENT_TIME


class WyomingWire:
    """Events in and out. A turn is read when the one before is over, so that at most one is held."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        dialect: WyomingDialect,
        aside: Callable[[WyomingEvent], WyomingEvent | None],
        bounds: Bounds,
    ) -> None:
        """aside: answers what is answered at once."""
        self._reader = reader
        self._writer = writer
        self._dialect = dialect
        self._aside = aside
        self._bounds = bounds
        self._said = asyncio.Event()

    async def frames(self) -> AsyncIterator[WyomingEvent]:
        with suppress(OSError, asyncio.IncompleteReadError):  # the client is gone
            while (event := await self._next()) is not None:
                answer = self._aside(event)
                if answer is not None:
                    await self.send(answer)
                    continue
                while not self._dialect.takes(event):
                    self._said.clear()
                    await self._said.wait()
                yield event

    async def send(self, frame: WyomingEvent) -> None:
        self._said.set()
        self._expect_client()
        self._writer.write(write(frame))
        try:
            await self._writer.drain()
        except OSError as error:
            raise ConnectionError("the client is gone") from error

    async def close(self, _close: Close) -> None:
        self._expect_client()
        self._writer.write_eof()

    def abort(self) -> None:
        abort(self._writer.transport)

    async def linger(self) -> None:
        """Reads until the client has gone: closing before would take our last words from it (RFC 1122, 4.2.2.13)."""
        with suppress(OSError):  # which a timeout is, too
            async with asyncio.timeout(GOODBYE):
                while await self._reader.read(PIECE):
                    pass
        self.abort()

    def _expect_client(self) -> None:
        """What is written to a connection that is gone is our mistake to uvloop, and no error of the connection."""
        if self._writer.is_closing():
            raise ConnectionError("the client is gone")

    async def _next(self) -> WyomingEvent | None:
        """None: the client has gone. Raises SpeechError for what cannot be read."""
        first = await self._reader.read(1)
        if not first:
            return None
        try:
            async with asyncio.timeout(self._bounds.seconds):
                header = read_header(await self._line(first))
                self._check(header)
                data = await self._reader.readexactly(header.data_length or 0)
                await self._skip(header.payload_length or 0)
        except TimeoutError as error:
            raise InvalidMessage(f"an event did not come whole within {self._bounds.seconds:g} s") from error
        return read_event(header, data)

    async def _line(self, first: bytes) -> bytes:
        try:
            return first + await self._reader.readuntil(b"\n") if first != b"\n" else first
        except asyncio.LimitOverrunError as error:
            raise MessageTooLarge(f"an event's line has at most {self._bounds.line} bytes") from error

    def _check(self, header: Header) -> None:
        if (header.data_length or 0) > self._bounds.data:
            raise MessageTooLarge(f"an event's data has at most {self._bounds.data} bytes")
        if (header.payload_length or 0) > self._bounds.payload:
            raise MessageTooLarge(f"an event's payload has at most {self._bounds.payload} bytes")

    async def _skip(self, size: int) -> None:
        while size:
            size -= len(await self._reader.readexactly(min(size, PIECE)))


@dataclass(frozen=True, slots=True)
class WyomingTransport:
    """version: ours, which clients are told."""

    door: Door
    catalog: Callable[[], VoiceCatalog]
    bounds: Bounds
    version: str

    async def listen(self, host: str, port: int, *, reuse_port: bool) -> asyncio.Server:
        """Raises OSError."""
        return await asyncio.start_server(
            self._serve, host, port, limit=self.bounds.line, reuse_port=reuse_port or None
        )

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tune(writer.transport)
        dialect = WyomingDialect(self.catalog)
        wire = WyomingWire(reader, writer, dialect, self._aside, self.bounds)
        try:
            async with self.door.enter_keyless() as visit:
                await visit.converse(wire, dialect)
        except SpeechError as error:
            await _tell(wire, error)
        except BaseExceptionGroup:  # a bug: the client learns that much, asyncio logs the rest
            await _tell(wire, InternalError("internal error"))
            raise
        finally:
            await wire.linger()

    def _aside(self, event: WyomingEvent) -> WyomingEvent | None:
        return answer_aside(event, self.catalog(), self.version)


async def _tell(wire: WyomingWire, error: SpeechError) -> None:
    with suppress(ConnectionError):
        await wire.send(as_event(error))
        await wire.close(Close(0))
