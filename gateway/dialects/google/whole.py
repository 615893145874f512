"""SynthesizeSpeech: a text, and all of its audio in one response."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.core import events
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.calls import CONTEXT, as_status
from gateway.dialects.google.asked import context_of, text_of
from gateway.dialects.google.formats import header, whole
from gateway.dialects.reply import WholeAudio
from gateway.errors import CLOSE_NORMAL, InvalidSetting, SpeechError
from protos import google_tts_pb2 as pb

MOST_SEMITONES = 20


class GoogleSpeechDialect:
    """The one frame in is the request, the one frame out its response."""

    name = "google_whole"

    def __init__(self, catalog: VoiceCatalog) -> None:
        self._catalog = catalog
        self._whole = WholeAudio()
        self._asked = pb.AudioConfig()

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: pb.SynthesizeSpeechRequest | None) -> Sequence[events.Command]:
        if frame is None:
            return []
        text = frame.input.ssml or text_of(frame.input)
        if not text.strip():
            raise InvalidSetting("the input is empty")
        self._asked = frame.audio_config
        opened = replace(
            context_of(frame.voice, self._catalog, frame.input.custom_pronunciations),
            speed=self._asked.speaking_rate or 1.0,
            pitch=_pitch(self._asked.pitch),
            output=whole(self._asked),
            text_format="ssml" if frame.input.ssml else "plain",
            max_lead=0,
        )
        return [opened, events.AppendText(CONTEXT, text), events.CloseContext(CONTEXT), events.CloseSession()]

    def expire(self, _context_id: str) -> None:
        """One context to a call."""

    def encode(
        self, event: events.Event | events.AudioFrame
    ) -> Sequence[pb.SynthesizeSpeechResponse | SpeechError | Close]:
        try:
            match event:
                case events.AudioFrame(audio=audio):
                    self._whole.add(audio)
                case events.Failed(error=error):
                    return [as_status(error), Close(CLOSE_NORMAL)]
                case events.ContextDone(head=head):
                    audio = self._whole.audio(head)
                    content = header(self._asked, len(audio)) + audio
                    return [pb.SynthesizeSpeechResponse(audio_content=content), Close(CLOSE_NORMAL)]
        except SpeechError as error:
            return [error, Close(CLOSE_NORMAL)]
        return []


def _pitch(semitones: float) -> float:
    """As a factor."""
    if not -MOST_SEMITONES <= semitones <= MOST_SEMITONES:
        raise InvalidSetting(f"pitch is from -{MOST_SEMITONES} to {MOST_SEMITONES} semitones")
    factor: float = 2 ** (semitones / 12)
    return factor
