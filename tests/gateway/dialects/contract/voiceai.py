import base64
import json

from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.voiceai.sockets import VoiceaiDialect


class VoiceaiMulti(Client):
    tells_end = False

    def __init__(self):
        self.dialect = VoiceaiDialect(multi=True, grace=60.0)
        self._fresh = {}

    def open(self, context_id, voice="ann"):
        self._fresh[context_id] = {"voice_id": voice, "audio_format": "pcm_8000"}
        return []

    def _say(self, context_id, **fields):
        return [{"context_id": context_id, **self._fresh.pop(context_id, {}), **fields}]

    def text(self, context_id, text):
        return self._say(context_id, text=text)

    def flush(self, context_id):
        return self._say(context_id, flush=True)

    def end(self, context_id):
        return self._say(context_id, flush=True, auto_close=True)

    def interrupt(self, context_id):
        return self._say(context_id, close_context=True)

    def keep_alive(self, context_id):
        return self._say(context_id, text="")

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = json.loads(frame)
        context_id = message.get("context_id", "a")
        kinds = {"audio": "audio", "is_last": "flushed", "context_closed": "ended", "error": "failed"}
        [kind] = [kinds[name] for name in message if name in kinds]
        return Heard(kind, context_id, base64.b64decode(message.get("audio", "")))


class VoiceaiSingle(VoiceaiMulti):
    """The end of its one context is the end of the connection."""

    contexts = False
    closes = True

    def __init__(self):
        super().__init__()
        self.dialect = VoiceaiDialect(multi=False, grace=60.0)

    def _say(self, context_id, **fields):
        return [{**self._fresh.pop(context_id, {}), **fields}]


CLIENTS = (VoiceaiMulti, VoiceaiSingle)
