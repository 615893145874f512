from contract.catalog import CATALOG
from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.wyoming.conversation import WyomingDialect
from gateway.dialects.wyoming.frames import WyomingEvent


class Wyoming(Client):
    """The streaming exchange; an error ends the connection."""

    contexts = False
    flushes = False
    tells_end = False
    nonsense = WyomingEvent("synthesize-chunk", {"text": 5})

    def __init__(self):
        self.dialect = WyomingDialect(lambda: CATALOG)

    def open(self, _context_id, voice="ann"):
        return [WyomingEvent("synthesize-start", {"voice": {"name": voice}})]

    def text(self, _context_id, text):
        return [WyomingEvent("synthesize-chunk", {"text": text})]

    def flush(self, _context_id):
        return []

    def end(self, _context_id):
        return [WyomingEvent("synthesize-stop")]

    def keep_alive(self, _context_id):
        return [WyomingEvent("an event that nobody knows")]

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        kinds = {"audio-chunk": "audio", "synthesize-stopped": "ended", "error": "failed"}
        return Heard(kinds.get(frame.type, "other"), "a", frame.payload)


CLIENTS = (Wyoming,)
