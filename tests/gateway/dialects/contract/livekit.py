import base64
import json

from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.livekit.sockets import LivekitDialect


class Livekit(Client):
    """A turn at a time; `session.close` says that none follows."""

    contexts = False
    closes = True
    tells_end = False

    def __init__(self):
        self.dialect = LivekitDialect("cartesia/sonic-3", "s")

    def open(self, _context_id, voice="ann"):
        return [{"type": "session.create", "sample_rate": "8000", "encoding": "pcm_s16le", "voice": voice, "extra": {}}]

    def text(self, _context_id, text):
        return [{"type": "input_transcript", "transcript": text, "generation_config": {}, "extra": {}}]

    def flush(self, _context_id):
        return [{"type": "session.flush"}]

    def end(self, context_id):
        return [*self.flush(context_id), {"type": "session.close"}]

    def keep_alive(self, context_id):
        return self.text(context_id, "")

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = json.loads(frame)
        assert message["session_id"] == "s"
        kinds = {"output_audio": "audio", "done": "flushed", "session.closed": "ended", "error": "failed"}
        audio = base64.b64decode(message.get("audio", "")).replace(bytes(2), b"")  # silence, for a text without sound
        return Heard(kinds.get(message["type"], "other"), "a", audio)


CLIENTS = (Livekit,)
