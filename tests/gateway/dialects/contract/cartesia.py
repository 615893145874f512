import base64
import json

from contract.catalog import CATALOG
from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.cartesia.websocket import CartesiaDialect
from gateway.dialects.surface import Request, Settings

FIELDS = {  # that every message of a kind has: clients read them without a guard
    "chunk": {"data", "step_time"},
    "timestamps": {"word_timestamps"},
    "flush_done": {"flush_id", "flush_done"},
    "done": set(),
    "error": {"error", "message", "title", "error_code", "request_id"},
}


class Cartesia(Client):
    """Every message repeats the settings of its context."""

    tells_end = False

    def __init__(self):
        self.dialect = CartesiaDialect(Request({}, {}, {}, CATALOG, Settings(), "req"))
        self._voices = {}

    def open(self, context_id, voice="ann"):
        self._voices[context_id] = voice
        return []

    def text(self, context_id, text):
        return self._say(context_id, transcript=text)

    def flush(self, context_id):
        return self._say(context_id, flush=True)

    def end(self, context_id):
        return self._say(context_id, flush=True, **{"continue": False})

    def interrupt(self, context_id):
        return [{"context_id": context_id, "cancel": True}]

    def keep_alive(self, context_id):
        return self._say(context_id)

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = json.loads(frame)
        assert FIELDS[message["type"]] | {"context_id", "status_code", "done"} <= set(message)
        assert message["done"] is (message["type"] == "done")
        kinds = {"chunk": "audio", "flush_done": "flushed", "done": "ended", "error": "failed"}
        audio = base64.b64decode(message.get("data", "")).replace(bytes(2), b"")  # silence, for a text without sound
        return Heard(kinds.get(message["type"], "other"), message["context_id"] or "", audio)

    def _say(self, context_id, **fields):
        settings = {
            "context_id": context_id,
            "model_id": "sonic-3",
            "voice": {"mode": "id", "id": self._voices.get(context_id, "ann")},
            "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000},
            "language": None,
            "add_timestamps": True,
            "transcript": "",
            "continue": True,
        }
        return [{**settings, **fields}]


CLIENTS = (Cartesia,)
