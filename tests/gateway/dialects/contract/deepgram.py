import json
from dataclasses import replace
from typing import Any

from contract.client import Client
from contract.heard import Heard
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.deepgram.aura import AuraDialect
from gateway.dialects.deepgram.flux import FluxDialect
from gateway.dialects.surface import Request, Settings

QUERY = {"model": "ann", "encoding": "linear16", "sample_rate": "8000"}
CATALOG = VoiceCatalog([Voice("ann", "echo", "en-us", "female", "Ann", 8000, deterministic=True)])


class Aura(Client):
    """Settings come with the connection, whose end is its context's."""

    contexts = False
    closes = True
    tells_end = False
    flushed = "Flushed"
    protocol = AuraDialect

    def __init__(self):
        self.dialect: Any = self.protocol(Request({}, QUERY, {}, CATALOG, Settings(), "0123456789"))

    def open(self, _context_id, voice="ann"):
        """The voice is the URL's, and one that is not there refused before the upgrade. The contract chooses later."""
        opener = self.opener()
        opener._opening = replace(opener._opening, voice=voice)
        return []

    def opener(self):
        return self.dialect

    def text(self, _context_id, text):
        return [{"type": "Speak", "text": text}]

    def flush(self, _context_id):
        return [{"type": "Flush"}]

    def end(self, _context_id):
        return [{"type": "Flush"}, {"type": "Close"}]

    def interrupt(self, _context_id):
        return [{"type": "Clear"}]

    def keep_alive(self, _context_id):
        return [{"type": "KeepAlive"}]

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        if isinstance(frame, bytes):
            return Heard("audio", "a", frame.replace(bytes(2), b""))  # silence, for a text without sound
        return Heard({self.flushed: "flushed", "Error": "failed"}.get(json.loads(frame)["type"], "other"), "a")


class Flux(Aura):
    """Turns: the end of one is SpeechMetadata."""

    flushed = "SpeechMetadata"
    protocol = FluxDialect

    def opener(self):
        return self.dialect._speaker

    def interrupt(self, _context_id):
        return [{"type": "Interrupt"}]


CLIENTS = (Aura, Flux)
