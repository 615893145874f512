import base64
import json

from contract.client import Client
from contract.heard import Heard
from gateway.core.formats import AudioFormat
from gateway.dialects import Close
from gateway.dialects.elevenlabs.sockets import ElevenLabsDialect
from gateway.dialects.elevenlabs.text_to_dialogue import TextToDialogue
from gateway.dialects.elevenlabs.text_to_speech import TextToSpeech
from gateway.dialects.elevenlabs.wishes import Wishes


class ElevenLabsMulti(Client):
    """The voice is the URL's; another one is asked for with SSML, which `enable_ssml_parsing` has turned on."""

    flushes = False

    def __init__(self):
        self.dialect = ElevenLabsDialect("elevenlabs", TextToSpeech(counts_on=False), self.wishes(), multi=True)
        self._voices = {}

    def wishes(self):
        return Wishes("ann", "", AudioFormat("pcm_s16le", 8000).resolved(), "ssml")

    def open(self, context_id, voice="ann"):
        self._voices[context_id] = voice
        return self._say(context_id, text=" ", voice_settings={})

    def _say(self, context_id, **fields):
        return [{"context_id": context_id, **fields}]

    def text(self, context_id, text):
        voice = self._voices[context_id]
        return self._say(context_id, text=text if voice == "ann" else f'<voice name="{voice}">{text}</voice>')

    def flush(self, context_id):
        return self._say(context_id, flush=True)

    def end(self, context_id):
        return self._say(context_id, close_context=True)

    def interrupt(self, context_id):
        return [*self.end(context_id), *self.end(context_id)]

    def keep_alive(self, context_id):
        return self._say(context_id, text="")

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = json.loads(frame)
        context_id = message.get("contextId", "a")
        if "error" in message:
            return Heard("failed", context_id)
        if message["isFinal"]:
            return Heard("ended", context_id)
        audio = base64.b64decode(message["audio"] or "")
        return Heard("audio", context_id, audio.replace(bytes(2), b""))  # silence, for a text without sound


class ElevenLabsSentences(ElevenLabsMulti):
    """auto_mode: a space ends each message."""

    def wishes(self):
        return Wishes("ann", "", AudioFormat("pcm_s16le", 8000).resolved(), "ssml", sentences=True, every=True)


class ElevenLabsSingle(ElevenLabsMulti):
    """The end of its one context is the end of the connection; a sign of life is a space, and that is text."""

    contexts = False
    closes = True

    def __init__(self):
        super().__init__()
        self.dialect = ElevenLabsDialect("elevenlabs", TextToSpeech(counts_on=False), self.wishes(), multi=False)

    def _say(self, _context_id, **fields):
        return [fields]

    def end(self, context_id):
        return self._say(context_id, text="")

    def keep_alive(self, context_id):
        return self._say(context_id, text=" ")


class ElevenLabsDialogue(ElevenLabsMulti):
    """Each context, and each line in it, has a voice of its own."""

    flushes = True

    def __init__(self):
        super().__init__()
        wishes = Wishes("", "", AudioFormat("pcm_s16le", 8000).resolved(), "ssml", every=True)
        self.dialect = ElevenLabsDialect("elevenlabs", TextToDialogue(timed=True), wishes, multi=True)

    def open(self, context_id, voice="ann"):
        self._voices[context_id] = voice
        return self._say(context_id, voices=[voice])

    def text(self, context_id, text):
        return self._say(context_id, inputs=[{"text": text, "voice_id": self._voices[context_id]}])

    def keep_alive(self, context_id):
        return self._say(context_id, keep_alive=True)

    def hear(self, frame):
        if isinstance(frame, Close):
            return Heard("closed")
        message = json.loads(frame)
        context_id = message.get("context_id", "a")
        kinds = {"error": "failed", "is_final": "ended", "is_final_audio_for_turn": "flushed", "audio": "audio"}
        kind = next(kinds[name] for name in kinds if name in message)
        audio = base64.b64decode(message.get("audio") or "")
        return Heard(kind, context_id, audio.replace(bytes(2), b""))


class ElevenLabsDialogueSingle(ElevenLabsDialogue):
    contexts = False
    closes = True

    def __init__(self):
        super().__init__()
        wishes = Wishes("", "", AudioFormat("pcm_s16le", 8000).resolved(), "ssml")
        self.dialect = ElevenLabsDialect("elevenlabs", TextToDialogue(timed=False), wishes, multi=False)

    def _say(self, _context_id, **fields):
        return [fields]

    def end(self, context_id):
        return self._say(context_id, close_socket=True)


CLIENTS = (ElevenLabsMulti, ElevenLabsSentences, ElevenLabsSingle, ElevenLabsDialogue, ElevenLabsDialogueSingle)
