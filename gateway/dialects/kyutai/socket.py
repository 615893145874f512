"""Kyutai's WebSocket, /api/tts_streaming: words in, audio out, one text to a connection.

Facts: the server's and unmute's sources. The connection ends when the text has been spoken. A client that speaks
msgpack hears Ready first, and Error with "no free channels" when there is no room for it; the others hear audio only.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from gateway.core import events
from gateway.core.formats import AudioFormat
from gateway.dialects import Close
from gateway.dialects.kyutai.messages import RATE, Eos, Frames, Text, as_ssml, as_word, read, write, write_samples
from gateway.errors import CLOSE_NORMAL, Overloaded, SpeechError, TooManyAtOnce, TooManyConnections, close_code

CONTEXT = "stream"
FULL = "no free channels"  # what clients look for


class Format(StrEnum):
    OGG_OPUS = "OggOpus"
    PCM = "Pcm"
    OGG_OPUS_PACKED = "OggOpusMessagePack"
    PCM_PACKED = "PcmMessagePack"


PACKED = (Format.OGG_OPUS_PACKED, Format.PCM_PACKED)
SAMPLES = (Format.PCM, Format.PCM_PACKED)


class KyutaiDialect:
    name = "kyutai"

    def __init__(self, voice: str, wanted: Format) -> None:
        self._voice = voice
        self._format = wanted
        self._begun = False
        self._ended = False
        self._text = ""  # that words may still be told of; from `_start` on, and no more than may wait to be spoken
        self._start = 0
        self._longest = events.Limits().max_text
        self._frames = Frames()

    def limits(self, limits: events.Limits) -> events.Limits:
        self._longest = limits.max_text
        return replace(limits, max_contexts=1)

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        message = read(frame)
        if isinstance(message, Eos):
            self._ended = True
            return [events.CloseSession()]
        if not isinstance(message, Text) or not message.text.strip() or self._ended:
            return []
        said = as_ssml(message.text)
        self._remember(said)
        opened = [] if self._begun else [self._open()]
        self._begun = True
        return [*opened, events.AppendText(CONTEXT, said)]

    def expire(self, _context_id: str) -> None:
        """One context to a connection."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[bytes | Close]:
        match event:
            case events.SessionOpened():
                return [write("Ready")] if self._packed else []
            case events.AudioFrame(audio=audio):
                return self._say(audio)
            case events.Words(words=words):
                return [self._word(word) for word in words]
            case events.ContextDone():
                return [*map(self._frame, self._frames.finish()), Close(CLOSE_NORMAL)]
            case events.Failed(error=error):
                return self._fail(error)
            case events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    @property
    def _packed(self) -> bool:
        return self._format in PACKED

    def _open(self) -> events.OpenContext:
        output = AudioFormat("pcm_f32le" if self._format in SAMPLES else "ogg_opus", RATE)
        return events.OpenContext(CONTEXT, self._voice, output=output, text_format="ssml", words=self._packed)

    def _say(self, audio: bytes) -> list[bytes]:
        match self._format:
            case Format.OGG_OPUS:
                return [audio]
            case Format.OGG_OPUS_PACKED:
                return [write("OggOpus", data=list(audio))]
        return list(map(self._frame, self._frames.cut(audio)))

    def _frame(self, frame: bytes) -> bytes:
        return write_samples(frame) if self._format is Format.PCM_PACKED else frame

    def _remember(self, said: str) -> None:
        if self._packed:
            self._text += said
            self._forget(self._start + len(self._text) - self._longest)

    def _forget(self, end: int) -> None:
        """The text before."""
        if end > self._start:
            self._text = self._text[end - self._start :]
            self._start = end

    def _word(self, word: events.Word) -> bytes:
        self._forget(word.text_start)
        said = as_word(self._text[: word.text_end - self._start])
        return write("Text", text=said, start_s=word.start, stop_s=word.end)

    def _fail(self, error: SpeechError) -> list[bytes | Close]:
        full = isinstance(error, Overloaded | TooManyAtOnce | TooManyConnections)
        told = [write("Error", message=FULL if full else error.message)] if self._packed else []
        return [*map(self._frame, self._frames.finish()), *told, Close(close_code(error), error.message)]
