"""How one turn is said and heard in each vendor's protocol, as plainly as its clients do. PCM at 24 kHz throughout.

`twin` is the way of our own protocol that carries the same: audio in JSON or as it is, with word times or without, a
context for each turn or one for all.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Frame = str | bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """pcm: of the turn; over: nothing more of it follows."""

    pcm: bytes = b""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Tongue:
    """A WebSocket that takes one turn after the other.

    greet: what is said once to a connection; turn: the frames of a turn, of its name and its tokens; hear: of a frame.
    """

    name: str
    twin: str
    path: str
    turn: Callable[[str, Iterable[str]], Iterator[Frame]]
    hear: Callable[[Frame], Heard]
    greet: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One request for each turn, with the whole text; its body is the audio."""

    name: str
    twin: str
    path: str
    body: Callable[[str], Mapping[str, Any]]


def _json(**fields: Any) -> str:
    return json.dumps(fields)


def _decoded(frame: Frame, audio: str, over: Callable[[dict[str, Any]], bool]) -> Heard:
    message = json.loads(frame)
    if "error" in message:
        raise AssertionError(f"the server refused: {message}")
    return Heard(base64.b64decode(message.get(audio) or ""), over(message))


def _native(*, words: bool) -> Callable[[str, Iterable[str]], Iterator[Frame]]:
    def turn(name: str, tokens: Iterable[str]) -> Iterator[Frame]:
        output = {"encoding": "pcm_s16le", "sample_rate": 24_000}
        yield _json(type="open_context", context_id=name, output=output, words=words)
        for token in tokens:
            yield _json(type="append_text", context_id=name, text=token)
        yield _json(type="close_context", context_id=name)

    return turn


def _one_context(_name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    for token in tokens:
        yield _json(type="append_text", context_id="all", text=token)
    yield _json(type="flush", context_id="all")


def _hear_native(last: str) -> Callable[[Frame], Heard]:
    """last: the message with which a turn is over."""

    def hear(frame: Frame) -> Heard:
        if isinstance(frame, bytes):
            return Heard(frame[6:])
        return _decoded(frame, "audio", lambda message: message["type"] == last)

    return hear


def _voiceai(name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    first: dict[str, Any] = {"audio_format": "pcm_24000"}
    for token in tokens:
        yield _json(context_id=name, text=token, **first)
        first = {}
    yield _json(context_id=name, flush=True, auto_close=True)


def _elevenlabs(name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    yield _json(text=" ", voice_settings={}, context_id=name)
    for token in tokens:
        yield _json(text=token, context_id=name)
    yield _json(context_id=name, flush=True)
    yield _json(context_id=name, close_context=True)


def _cartesia(name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    every = {
        "model_id": "sonic-3",
        "voice": {"mode": "id", "id": "f786b574-daa5-4673-aa0c-cbe3e8534c02"},
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24_000},
        "context_id": name,
        "add_timestamps": True,
    }
    for token in tokens:
        yield _json(transcript=token, **{"continue": True}, **every)
    yield _json(transcript="", **{"continue": False}, **every)


def _deepgram(_name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    for token in tokens:
        yield _json(type="Speak", text=token)
    yield _json(type="Flush")


def _hear_deepgram(frame: Frame) -> Heard:
    if isinstance(frame, bytes):
        return Heard(frame)
    return _decoded(frame, "", lambda message: message["type"] == "Flushed")


def _inference(_name: str, tokens: Iterable[str]) -> Iterator[Frame]:
    for token in tokens:
        yield _json(type="input_transcript", transcript=token, generation_config={"model": "sonic-3"}, extra={})
    yield _json(type="session.flush")


SESSION = _json(type="session.create", sample_rate="24000", encoding="pcm_s16le", model="cartesia/sonic-3", extra={})
ELEVENLABS = "/v1/text-to-speech/default/multi-stream-input?model_id=eleven_flash_v2_5&output_format=pcm_24000"

TONGUES: tuple[Tongue | Post, ...] = (
    Tongue("native", "", "/v1/stream", _native(words=False), _hear_native("context_done")),
    Tongue("native, words", "", "/v1/stream", _native(words=True), _hear_native("context_done")),
    Tongue(
        "native, one context",
        "",
        "/v1/stream?audio=binary",
        _one_context,
        _hear_native("flush_done"),
        greet=(_json(type="open_context", context_id="all", output={"encoding": "pcm_s16le", "sample_rate": 24_000}),),
    ),
    Post("native, HTTP", "", "/v1/speech", lambda text: {"text": text, "encoding": "pcm_s16le"}),
    Tongue(
        "Voice.ai",
        "native",
        "/api/v1/tts/multi-stream",
        _voiceai,
        lambda frame: _decoded(frame, "audio", lambda message: "context_closed" in message),
    ),
    Tongue(
        "ElevenLabs",
        "native, words",
        f"{ELEVENLABS}&sync_alignment=true",
        _elevenlabs,
        lambda frame: _decoded(frame, "audio", lambda message: message.get("isFinal") is True),
    ),
    Tongue(
        "Cartesia",
        "native, words",
        "/tts/websocket?cartesia_version=2025-04-16",
        _cartesia,
        lambda frame: _decoded(frame, "data", lambda message: message["type"] == "done"),
    ),
    Tongue(
        "Deepgram",
        "native, one context",
        "/v1/speak?encoding=linear16&sample_rate=24000",
        _deepgram,
        _hear_deepgram,
    ),
    Tongue(
        "LiveKit Inference",
        "native, words",
        "/v1/tts?model=cartesia/sonic-3",
        _inference,
        lambda frame: _decoded(frame, "audio", lambda message: message["type"] == "done"),
        greet=(SESSION,),
    ),
    Post(
        "OpenAI",
        "native, HTTP",
        "/v1/audio/speech",
        lambda text: {"model": "tts-1", "voice": "alloy", "input": text, "response_format": "pcm"},
    ),
)
