"""Cartesia's one-shot requests: POST /tts/bytes (the file) and /tts/sse (the socket's messages as events)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

from gateway.core import events
from gateway.core.pacing import DEFAULT_LATENCY
from gateway.dialects import decode_json
from gateway.dialects.cartesia.formats import FILES, SOCKET
from gateway.dialects.cartesia.messages import GENERATION, Generation, check_name, open_context
from gateway.dialects.cartesia.replies import Message, Replies, error_message
from gateway.dialects.one_shot import CONTEXT
from gateway.dialects.reply import RawAudio, Reply
from gateway.dialects.shape import AUDIO, Shape
from gateway.dialects.shape import EVENTS as EVENT_STREAM
from gateway.dialects.surface import Asked, OneShot, Request
from gateway.errors import SpeechError


class EventStream:
    """Server-sent events, each named as its message's type."""

    def __init__(self, request: Request, asked: Generation, opened: events.OpenContext) -> None:
        self._context_id = asked.context_id or request.id
        self._request_id = request.id
        self._replies = Replies(self._context_id, request.id, opened)
        self._replies.note_text(asked.text)

    def content_type(self, _opened: events.ContextOpened) -> str:
        return "text/event-stream"

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[bytes]:
        return [_written(message) for message in self._replies.encode(event)]

    def fail(self, error: SpeechError) -> Sequence[bytes]:
        return [_written(error_message(self._context_id, error, self._request_id))]


def _written(message: Message) -> bytes:
    return b"event: " + message.kind.encode() + b"\ndata: " + msgspec.json.encode(message) + b"\n\n"


def _parser(
    containers: tuple[str, ...],
    reply: Callable[[Request, Generation, events.OpenContext], Reply],
    shape: Shape,
) -> OneShot:
    def parse(request: Request, body: str) -> Asked:
        asked = decode_json(GENERATION, body)
        check_name(asked.context_id or "")
        opened = replace(open_context(CONTEXT, asked, containers), max_lead=0, latency=DEFAULT_LATENCY)
        return Asked(opened, asked.text, reply(request, asked, opened))

    return OneShot("cartesia_http", parse, shape)


HELLO = {"model_id": "sonic-3", "transcript": "Hello there.", "voice": {"mode": "id", "id": "en-us"}}
MP3 = {"output_format": {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000}}
RAW = {"output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}}
BYTES = _parser(
    FILES, lambda *_: RawAudio(), Shape("Speak a text", Generation, replies={200: AUDIO}, example={**HELLO, **MP3})
)
EVENTS = _parser(
    SOCKET,
    EventStream,
    Shape("Speech as events", Generation, replies={200: EVENT_STREAM}, example={**HELLO, **RAW}),
)
