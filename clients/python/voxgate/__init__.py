"""The typed async client of the Voxgate speech gateway.

    async with voxgate.connect("ws://127.0.0.1:8080") as session:
        async with session.context(voice="en-us", words=True) as context:
            async for event in context.speak(llm_tokens, close=True):
                match event:
                    case voxgate.Audio(): player.write(event.audio)

See `Session.context` and `Context`; every failure is a `SpeechError`.
"""

from functools import partial

from voxgate.commands import Pronunciation
from voxgate.context import Context
from voxgate.errors import SpeechError
from voxgate.events import (
    Audio,
    AudioFormat,
    Cleared,
    ContextDone,
    Event,
    FlushDone,
    Limits,
    Usage,
    Warned,
    Word,
    Words,
)
from voxgate.link import transport
from voxgate.reconnect import NEVER, Reconnect
from voxgate.session import Session

__all__ = [
    "Audio",
    "AudioFormat",
    "Cleared",
    "Context",
    "ContextDone",
    "Event",
    "FlushDone",
    "Limits",
    "Pronunciation",
    "Reconnect",
    "Session",
    "SpeechError",
    "Usage",
    "Warned",
    "Word",
    "Words",
    "connect",
]

MAX_UNREAD = 64 * 1024 * 1024  # bytes: 23 minutes of 24 kHz PCM, 4 hours of ogg_opus


def connect(
    url: str,
    *,
    api_key: str | None = None,
    reconnect: Reconnect = NEVER,
    max_unread: int = MAX_UNREAD,
    timeout: float = 10.0,
) -> Session:
    """A session with the gateway at `url`, for `async with`.

    url: ws:// or wss:// (http:// and https:// mean the same) for WebSocket, grpc:// or grpcs:// for gRPC.
    reconnect: what is tried again when the connection fails; by default nothing is. See `Reconnect`.
    max_unread: bytes of audio kept for a context that is not read; with more it fails with `unread_audio`.
    timeout: seconds until the gateway has answered. Entering raises SpeechError, this call ValueError for a bad url.
    """
    return Session(partial(transport(url), url, api_key, timeout), reconnect, max_unread)
