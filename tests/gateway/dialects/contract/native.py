import base64
import json
import struct

from google.protobuf.json_format import MessageToDict, ParseDict

from contract.client import Client
from contract.heard import PCM, Heard
from gateway.dialects import Close
from gateway.dialects.native.proto import NativeProtoDialect
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.errors import SpeechError
from protos import speech_pb2 as pb


class Native(Client):
    """Ours, with audio inside JSON."""

    mode = AudioMode.BASE64

    def __init__(self):
        self.dialect = NativeDialect(self.mode)
        self._handles = {}

    def open(self, context_id, voice="ann"):
        return [{"type": "open_context", "context_id": context_id, "voice": voice, "output": PCM}]

    def text(self, context_id, text):
        return [{"type": "append_text", "context_id": context_id, "text": text}]

    def flush(self, context_id):
        return [{"type": "flush", "context_id": context_id}]

    def end(self, context_id):
        return [{"type": "close_context", "context_id": context_id}]

    def interrupt(self, context_id):
        return [{"type": "clear", "context_id": context_id}, *self.end(context_id)]

    def keep_alive(self, context_id):
        return [{"type": "keep_alive", "context_id": context_id}]

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        if isinstance(frame, bytes):
            return self.hear_bytes(frame)
        message = json.loads(frame)
        kinds = {"flush_done": "flushed", "context_done": "ended", "failed": "failed", "audio": "audio"}
        if message["type"] == "context_opened":
            self._handles[message["handle"]] = message["context_id"]
        audio = base64.b64decode(message.get("audio", ""))
        return Heard(kinds.get(message["type"], "other"), message.get("context_id") or "", audio)

    def hear_bytes(self, frame):
        raise AssertionError(f"{frame} is no text")


class NativeBinary(Native):
    mode = AudioMode.BINARY

    def hear_bytes(self, frame):
        handle, _ = struct.unpack(">HI", frame[:6])
        return Heard("audio", self._handles[handle], frame[6:])


class NativeSingle(Native):
    contexts = False
    mode = AudioMode.SINGLE

    def hear_bytes(self, frame):
        return Heard("audio", "a", frame)


class NativeProto(Native):
    """The same as protobuf."""

    def __init__(self):
        super().__init__()
        self.dialect = NativeProtoDialect()

    nonsense = pb.ClientMessage()

    def written(self, frame):
        if not isinstance(frame, dict):
            return frame
        fields = {name: value for name, value in frame.items() if name != "type"}
        return ParseDict({frame["type"]: fields}, pb.ClientMessage())

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        if isinstance(frame, SpeechError):
            return Heard("failed")
        kind = frame.WhichOneof("message")
        if kind == "audio":
            return Heard("audio", frame.audio.context_id, frame.audio.audio)
        fields = MessageToDict(getattr(frame, kind), preserving_proto_field_name=True)
        return super().hear(json.dumps({"type": kind, "handle": 0, **fields}))


CLIENTS = (Native, NativeBinary, NativeSingle, NativeProto)
