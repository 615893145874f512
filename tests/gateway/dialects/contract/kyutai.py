import struct

import msgspec

from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.kyutai.messages import FRAME
from gateway.dialects.kyutai.socket import Format, KyutaiDialect


def as_pcm(floats):
    """As s16le, without the silence that fills the last frame."""
    assert len(floats) == FRAME
    return struct.pack(f"<{FRAME}h", *(round(32_768 * value) for value in floats)).rstrip(b"\0")


class KyutaiPacked(Client):
    """Each message has whole words; the end of its one text is the end of the connection."""

    contexts = False
    flushes = False
    closes = True
    least = "word"
    rate = 24_000
    tells_end = False
    nonsense = b"\xc1"
    format = Format.PCM_PACKED

    def __init__(self):
        self.dialect = KyutaiDialect("", self.format)

    def open(self, _context_id, voice="ann"):
        self.dialect._voice = voice  # which is asked for at the upgrade
        return []

    def text(self, _context_id, text):
        return [msgspec.msgpack.encode({"type": "Text", "text": text})]

    def flush(self, _context_id):
        return []

    def end(self, _context_id):
        return [msgspec.msgpack.encode({"type": "Eos"})]

    def keep_alive(self, context_id):
        return self.text(context_id, "")

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = msgspec.msgpack.decode(frame)
        kind = {"Audio": "audio", "Error": "failed"}.get(message["type"], "other")
        return Heard(kind, "a", as_pcm(message.get("pcm", ())) if kind == "audio" else b"")


class KyutaiPlain(KyutaiPacked):
    """Text frames in, samples out."""

    format = Format.PCM

    def text(self, _context_id, text):
        return [text]

    def end(self, _context_id):
        return [b"\0"]

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        return Heard("audio", "a", as_pcm(struct.unpack(f"<{FRAME}f", frame)))


CLIENTS = (KyutaiPacked, KyutaiPlain)
