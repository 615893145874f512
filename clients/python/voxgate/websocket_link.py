"""The native WebSocket: JSON in text frames, audio in binary frames with a six-byte header."""

import asyncio
import contextlib
import struct
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from voxgate.commands import Command
from voxgate.errors import SpeechError, connect_failed, connection_closed, connection_refused
from voxgate.events import MESSAGES, Audio, ContextOpened, Failed, Limits, Message, SessionOpened
from voxgate.refusal import refusal

MAX_MESSAGE = 16 * 1024 * 1024  # bytes; pipecat's limit for the same job, far above any frame of ours
HEADER = struct.Struct(">HI")  # context handle, sequence
PATH = "/v1/stream"


class Head(msgspec.Struct):
    type: str


_head = msgspec.json.Decoder(Head)
_decoders = {name: msgspec.json.Decoder(message) for name, message in MESSAGES.items()}
_encoder = msgspec.json.Encoder()


async def open_link(url: str, api_key: str | None, timeout: float) -> "WebSocketLink":  # noqa: ASYNC109 - handed on
    """Raises SpeechError when nobody answers, or when the answer is no. timeout: seconds until the first message."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        async with asyncio.timeout(timeout):
            connection = await connect(
                stream_url(url), additional_headers=headers, compression=None, max_size=MAX_MESSAGE, open_timeout=None
            )
            return await _greeted(WebSocketLink(connection))
    except InvalidStatus as refused:
        raise connection_refused(refused.response.status_code, refusal(refused.response.body)) from refused
    except TimeoutError as late:
        raise connect_failed(url, f"no answer within {timeout:g} s") from late
    except (OSError, InvalidHandshake, InvalidURI) as failed:
        raise connect_failed(url, failed) from failed


def stream_url(url: str) -> str:
    """`ws://host:port` (or http) -> the address of the stream; a path before it stays."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme in ("wss", "https") else "ws"
    path = parts.path.rstrip("/").removesuffix(PATH) + PATH
    query = "&".join(filter(None, (parts.query, urlencode({"audio": "binary"}))))
    return urlunsplit((scheme, parts.netloc, path, query, ""))


async def _greeted(link: "WebSocketLink") -> "WebSocketLink":
    message = await link.receive()
    if isinstance(message, Failed):
        raise SpeechError.of(message.error)
    if not isinstance(message, SessionOpened):
        raise SpeechError("INTERNAL", "invalid_reply", f"the server began with {type(message).__name__}")
    link.limits = message.limits
    return link


class WebSocketLink:
    def __init__(self, connection: ClientConnection) -> None:
        self.limits = Limits()
        self._connection = connection
        self._handles: dict[int, str] = {}

    async def send(self, command: Command) -> None:
        with contextlib.suppress(ConnectionClosed):  # `receive` hears of it too, and tells
            await self._connection.send(_encoder.encode(command), text=True)

    async def receive(self) -> Message:
        while True:
            try:
                frame = await self._connection.recv()
            except ConnectionClosed as closed:
                close = closed.rcvd
                raise connection_closed(close.code if close else 1006, close.reason if close else "") from closed
            message = self._audio(frame) if isinstance(frame, bytes) else self._decoded(frame)
            if message is not None:
                return message

    async def close(self) -> None:
        await self._connection.close()

    def _audio(self, frame: bytes) -> Audio:
        if len(frame) < HEADER.size:
            raise SpeechError("INTERNAL", "invalid_reply", f"the server sent {len(frame)} bytes as a frame of audio")
        handle, sequence = HEADER.unpack_from(frame)
        return Audio(self._handles.get(handle, ""), 0, sequence, frame[HEADER.size :])

    def _decoded(self, frame: str) -> Message | None:
        """None for a message of a type that this version does not know."""
        try:
            decoder = _decoders.get(_head.decode(frame).type)
            message = decoder.decode(frame) if decoder else None
        except msgspec.MsgspecError as error:
            raise SpeechError("INTERNAL", "invalid_reply", f"cannot read a message of the server: {error}") from error
        if isinstance(message, ContextOpened):
            self._handles[message.handle] = message.context_id
        return message
