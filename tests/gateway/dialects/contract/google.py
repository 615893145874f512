from contract.catalog import CATALOG
from contract.client import Client
from contract.heard import Heard
from gateway.dialects import Close
from gateway.dialects.google.stream import GoogleStreamDialect
from gateway.errors import SpeechError
from protos import google_tts_pb2 as pb


class Google(Client):
    """One context to a call, whose end is the call's."""

    contexts = False
    flushes = False
    closes = True
    tells_end = False
    nonsense = pb.StreamingSynthesizeRequest()

    def __init__(self):
        self.dialect = GoogleStreamDialect(CATALOG)

    def open(self, _context_id, voice="ann"):
        config = pb.StreamingSynthesizeConfig(voice=pb.VoiceSelectionParams(language_code="en-US", name=voice))
        config.streaming_audio_config.audio_encoding = pb.PCM
        config.streaming_audio_config.sample_rate_hertz = 8000
        return [pb.StreamingSynthesizeRequest(streaming_config=config)]

    def text(self, _context_id, text):
        return [pb.StreamingSynthesizeRequest(input=pb.StreamingSynthesisInput(text=text))]

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
        return Heard("audio", "a", frame.audio_content)


CLIENTS = (Google,)
