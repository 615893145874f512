"""A small real server that speaks the contract of docs/protocol.md and protos/speech.proto by a script.

Every word is a tenth of a second of audio and is spoken when white space or a flush follows it. The voice chooses what
goes wrong.
"""

import base64
import json
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import grpc
import pytest
from aiohttp import WSCloseCode, WSMsgType, web
from google.protobuf.json_format import MessageToDict
from grpc import aio

from protos import speech_pb2, speech_pb2_grpc

WORD_SECONDS = 0.1
LIMITS = {"max_contexts": 32, "max_text": 500_000, "max_lead": 30.0, "context_idle": 180.0, "session_idle": 300.0}
VOICES = [
    {
        "name": "en-us",
        "engine": "espeak",
        "language": "en-us",
        "gender": "male",
        "display_name": "English (America)",
        "sample_rate": 22050,
    },
    {
        "name": "de",
        "engine": "espeak",
        "language": "de",
        "gender": "female",
        "display_name": "German",
        "sample_rate": 22050,
    },
]

Reply = tuple[str, dict]


class CutError(Exception):
    """The connection breaks here."""


@dataclass
class Speaker:
    """One context. Says (kind, fields) in answer to a command."""

    id: str
    handle: int
    voice: str
    words: bool
    encoding: str
    rate: int
    waiting: str = ""
    position: int = 0  # code points spoken
    spoken: int = 0  # words
    flushes: int = 0
    sequence: int = 0
    since_clear: list = field(default_factory=list)  # (word, audio has left)

    def opened(self) -> Reply:
        output = {"encoding": self.encoding, "sample_rate": self.rate, "bit_rate": 0}
        return "context_opened", self.about(voice=self.voice, output=output, handle=self.handle)

    def append(self, text: str) -> list[Reply]:
        self.waiting += text
        whole, space, rest = self.waiting.rpartition(" ")
        if self.voice == "held":  # says one word, then nothing
            return []
        self.waiting = rest
        return self.say(whole + space)

    def flush(self) -> list[Reply]:
        self.flushes += 1
        if self.voice == "held":
            first, space, self.waiting = self.waiting.partition(" ")
            return self.say(first + space)
        text, self.waiting = self.waiting, ""
        usage = {"characters": self.position + len(text), "audio_seconds": (self.spoken) * WORD_SECONDS}
        return [*self.say(text), ("flush_done", self.about(flush_id=self.flushes, usage=usage))]

    def say(self, text: str) -> list[Reply]:
        replies = []
        for word in text.split():
            start = self.position + text.index(word)
            times = {"text_start": start, "text_end": start + len(word), "start": self.spoken * WORD_SECONDS}
            times["end"] = times["start"] + WORD_SECONDS
            self.spoken += 1
            self.sequence += 1
            if self.words:
                replies.append(("words", self.about(flush_id=self.flushes + 1, words=[times])))
            replies.append(("audio", self.about(flush_id=1, sequence=self.sequence, audio=self.sound(word))))
            if self.voice == "cut":
                replies.append(("cut", {}))
        self.since_clear.append(text)
        self.position += len(text)
        return replies

    def sound(self, word: str) -> bytes:
        if self.encoding == "ogg_opus":
            return struct.pack("<4sBBq", b"OggS", 0, 0, int(self.spoken * WORD_SECONDS * 48_000)) + word.encode()
        size = {"mulaw": 1, "alaw": 1}.get(self.encoding, 2) * int(self.rate * WORD_SECONDS)
        header = wav_header(self.rate) if self.encoding == "wav" and self.sequence == 1 else b""
        return header + word.encode().ljust(size, b"\0")

    def clear(self) -> Reply:
        heard, unheard = "".join(self.since_clear), self.waiting
        self.since_clear, self.waiting = [], ""
        self.position += len(unheard)
        return "cleared", self.about(heard=heard, unheard=unheard)

    def done(self) -> Reply:
        return "context_done", self.about(usage={"characters": self.position, "audio_seconds": self.spoken * 0.1})

    def about(self, **fields) -> dict:
        return {"context_id": self.id, **fields}


def wav_header(rate: int) -> bytes:
    body = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVE" + body + b"data\xff\xff\xff\xff"


def failed(context_id: str, code: str, reason: str, *, retryable: bool = False) -> Reply:
    error = {"code": code, "reason": reason, "message": f"it is {reason}", "retryable": retryable, "audio_sent_ms": 0.0}
    return "failed", {"error": error} | ({"context_id": context_id} if context_id else {})


@dataclass
class Script:
    """What the server has heard, over all connections, and what it says."""

    keys: tuple[str, ...] = ()
    connections: int = 0
    heard: list[Reply] = field(default_factory=list)

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.heard]

    def text(self) -> str:
        return "".join(fields.get("text", "") for kind, fields in self.heard if kind == "append_text")


class Conversation:
    """One connection."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.speakers: dict[str, Speaker] = {}
        script.connections += 1
        self.number = script.connections

    def answer(self, kind: str, fields: dict) -> list[Reply]:
        self.script.heard.append((kind, fields))
        if kind == "open_context":
            return self.open(**fields)
        speaker = self.speakers.get(fields["context_id"])
        return (
            self.obey(speaker, kind, fields)
            if speaker
            else [failed(fields["context_id"], "NOT_FOUND", "unknown_context")]
        )

    def obey(self, speaker: Speaker, kind: str, fields: dict) -> list[Reply]:
        match kind:
            case "append_text":
                return self.append(speaker, fields["text"])
            case "flush":
                return speaker.flush()
            case "clear":
                return [speaker.clear()]
        assert kind == "close_context"
        del self.speakers[speaker.id]
        rest = speaker.flush() if speaker.waiting else []
        return [*rest, speaker.done()]

    def open(self, context_id: str, voice="", *, words=False, output=None, **_: object) -> list[Reply]:
        if voice == "unknown":
            return [
                failed(context_id, "NOT_FOUND", "unknown_voice"),
                ("context_done", {"context_id": context_id, "usage": {}}),
            ]
        if voice == "overloaded":
            return [failed("", "RESOURCE_EXHAUSTED", "overloaded", retryable=True), ("cut", {})]
        output = output or {}
        encoding = output.get("encoding") or "ogg_opus"
        rate = output.get("sample_rate") or 24000
        speaker = Speaker(context_id, len(self.speakers) + 1 + 100 * self.number, voice, words, encoding, rate)
        self.speakers[context_id] = speaker
        return [speaker.opened()]

    def append(self, speaker: Speaker, text: str) -> list[Reply]:
        if speaker.voice == "cut-once" and self.number == 1:
            return [("cut", {})]
        if speaker.voice == "warns":
            return [("warned", speaker.about(code="strange", message="strange text")), *speaker.append(text)]
        return speaker.append(text)


@dataclass
class Server:
    script: Script
    http: str
    websocket: str
    grpc: str


def server_message(kind, fields):
    return speech_pb2.ServerMessage(**{kind: fields})


class Speech(speech_pb2_grpc.SpeechServicer):
    def __init__(self, script: Script) -> None:
        self.script = script

    async def StreamingSynthesize(self, request_iterator, context):  # noqa: N802 - the service's name
        keys = [value for name, value in context.invocation_metadata() if name == "authorization"]
        if self.script.keys and keys != [f"Bearer {key}" for key in self.script.keys]:
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you")
        conversation = Conversation(self.script)
        yield server_message("session_opened", {"limits": LIMITS})
        async for message in request_iterator:
            kind = message.WhichOneof("message")
            fields = MessageToDict(getattr(message, kind), preserving_proto_field_name=True)
            for name, reply in conversation.answer(kind, fields):
                if name == "cut":
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "gone")
                reply.pop("handle", None)
                yield server_message(name, reply)


def http_app(script: Script) -> web.Application:
    async def stream(request: web.Request) -> web.WebSocketResponse:
        if script.keys and request.headers.get("Authorization") != f"Bearer {script.keys[0]}":
            error = {"code": "UNAUTHENTICATED", "reason": "unauthenticated", "message": "who are you"}
            return web.json_response({"error": error}, status=401)
        assert request.query["audio"] == "binary"
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "session_opened", "limits": LIMITS, "new_field": 1})
        await socket.send_json({"type": "a_message_of_a_later_version"})
        try:
            await converse(socket, Conversation(script))
        except CutError:
            request.transport.abort()
        return socket

    async def voices(request: web.Request) -> web.Response:
        if script.keys and request.headers.get("Authorization") != f"Bearer {script.keys[0]}":
            error = {"code": "UNAUTHENTICATED", "reason": "unauthenticated", "message": "who are you"}
            return web.json_response({"error": error}, status=401)
        wanted = request.query
        fits = [voice for voice in VOICES if all(voice[name] == wanted[name] for name in wanted)]
        return web.json_response({"voices": fits})

    async def ready(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.add_routes([web.get("/v1/stream", stream), web.get("/v1/voices", voices), web.get("/readyz", ready)])
    return app


async def converse(socket: web.WebSocketResponse, conversation: Conversation) -> None:
    async for frame in socket:
        assert frame.type is WSMsgType.TEXT
        assert len(frame.data.encode()) <= 64 * 1024
        fields = json.loads(frame.data)
        kind = fields.pop("type")
        for name, reply in conversation.answer(kind, fields):
            if name == "cut":
                raise CutError
            await send(socket, conversation, name, reply)
    await socket.close(code=WSCloseCode.OK)


async def send(socket: web.WebSocketResponse, conversation: Conversation, name: str, reply: dict) -> None:
    if name != "audio":
        await socket.send_json({"type": name, **reply})
        return
    speaker = conversation.speakers.get(reply["context_id"])
    if speaker is None:  # said while closing
        await socket.send_json({"type": name, **reply, "audio": base64.b64encode(reply["audio"]).decode()})
    else:
        await socket.send_bytes(struct.pack(">HI", speaker.handle, reply["sequence"]) + reply["audio"])


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def server(script: Script) -> AsyncIterator[Server]:
    runner = web.AppRunner(http_app(script), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    speech = aio.server()
    speech_pb2_grpc.add_SpeechServicer_to_server(Speech(script), speech)
    grpc_port = speech.add_insecure_port("127.0.0.1:0")
    await speech.start()
    yield Server(script, f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}", f"grpc://127.0.0.1:{grpc_port}")
    await speech.stop(0)
    await runner.cleanup()


@pytest.fixture(params=["websocket", "grpc"])
def url(request: pytest.FixtureRequest, server: Server) -> str:
    return getattr(server, request.param)
