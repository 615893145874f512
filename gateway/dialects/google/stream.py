"""StreamingSynthesize. The first message of a stream is its config, all others are input.

Google wants whole sentences as input; here a word is enough, and what looks like a sentence is spoken at once. It
aborts a stream that hears nothing for 5 s; we wait as long as for any other client.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.core import events
from gateway.core.pacing import Policy
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.calls import CONTEXT, as_status
from gateway.dialects.google.asked import context_of, text_of
from gateway.dialects.google.formats import streamed
from gateway.errors import CLOSE_NORMAL, InvalidMessage, SpeechError
from protos import google_tts_pb2 as pb

SENTENCES = Policy(patience=0)  # an input that ends like a sentence is one


class GoogleStreamDialect:
    """Frames in are requests, then None when the client has said all that it will say."""

    name = "google"

    def __init__(self, catalog: VoiceCatalog) -> None:
        self._catalog = catalog
        self._configured = False

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: pb.StreamingSynthesizeRequest | None) -> Sequence[events.Command]:
        if frame is None:
            return [events.CloseSession()]
        kind = "input" if self._configured else "streaming_config"
        if frame.WhichOneof("streaming_request") != kind:
            raise InvalidMessage("the first message has streaming_config, and every other one has input")
        if self._configured:
            return [events.AppendText(CONTEXT, text_of(frame.input))]
        self._configured = True
        return [self._open(frame.streaming_config)]

    def expire(self, _context_id: str) -> None:
        """One context to a call."""

    def encode(
        self, event: events.Event | events.AudioFrame
    ) -> Sequence[pb.StreamingSynthesizeResponse | SpeechError | Close]:
        match event:
            case events.AudioFrame(audio=audio):
                return [pb.StreamingSynthesizeResponse(audio_content=audio)]
            case events.Failed(error=error):
                return [as_status(error), Close(CLOSE_NORMAL)]
            case events.ContextDone() | events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _open(self, config: pb.StreamingSynthesizeConfig) -> events.OpenContext:
        audio = config.streaming_audio_config
        output = streamed(audio, asked=config.HasField("streaming_audio_config"))
        opened = context_of(config.voice, self._catalog, config.custom_pronunciations)
        return replace(opened, speed=audio.speaking_rate or 1.0, output=output, latency=SENTENCES)
