from typing import Any

from contract.catalog import CATALOG
from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.riva import RivaDialect
from gateway.errors import SpeechError
from protos import riva_pb2 as pb

UNKNOWN: Any = 9  # no encoding's number


class Riva(Client):
    """Each message is a text of its own. The end of a call is the end of its stream."""

    contexts = False
    flushes = False
    closes = True
    least = "text"
    tells_end = False
    nonsense = pb.SynthesizeSpeechRequest(text="Hello.", voice_name="ann", encoding=UNKNOWN)

    def __init__(self):
        self.dialect = RivaDialect(CATALOG, whole=False)
        self._voice = ""

    def open(self, _context_id, voice="ann"):
        self._voice = voice
        return []

    def text(self, _context_id, text):
        return [
            pb.SynthesizeSpeechRequest(
                text=text, voice_name=self._voice, encoding=pb.LINEAR_PCM, sample_rate_hz=8000, language_code="en-US"
            )
        ]

    def flush(self, _context_id):
        return []

    def end(self, _context_id):
        return [None]

    def keep_alive(self, context_id):
        return self.text(context_id, "")

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        if isinstance(frame, SpeechError):
            return Heard("failed", "a")
        return Heard("audio", "a", frame.audio)


CLIENTS = (Riva,)
