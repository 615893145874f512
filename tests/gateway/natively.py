"""What a client of the native dialect says on a wire that a test holds, and what it hears."""

import asyncio
import base64
import json

from gateway.dialects import Close
from gateway.dialects.native.websocket import AudioMode, NativeDialect

RATE = 8000


class CountingDialect(NativeDialect):
    """Counts what it reads and what it writes."""

    def __init__(self):
        super().__init__(AudioMode.BASE64)
        self.read = self.wrote = 0
        self.all_read = asyncio.Event()

    def decode(self, frame):
        self.read += 1
        if "close_session" in frame:
            self.all_read.set()
        return super().decode(frame)

    def encode(self, event):
        self.wrote += 1
        return super().encode(event)


def native():
    return NativeDialect(AudioMode.BASE64)


def opening(context_id="a", voice="ann", **fields):
    output = {"encoding": "pcm_s16le", "sample_rate": RATE}
    return {"type": "open_context", "context_id": context_id, "voice": voice, "output": output, **fields}


def append(text, context_id="a"):
    return {"type": "append_text", "context_id": context_id, "text": text}


def order(name, context_id="a", **fields):
    return {"type": name, "context_id": context_id, **fields}


GOODBYE = {"type": "close_session"}


def messages(sent):
    return [json.loads(frame) for frame in sent if isinstance(frame, str)]


def said(sent, context_id="a"):
    """What the listener of a context heard."""
    heard = [each for each in messages(sent) if each["type"] == "audio" and each["context_id"] == context_id]
    return b"".join(base64.b64decode(each["audio"]) for each in heard).decode()


def types(sent):
    return [each["type"] for each in messages(sent)]


def has(name):
    return lambda sent: name in types(sent)


def is_closed(sent):
    return bool(sent) and isinstance(sent[-1], Close)
