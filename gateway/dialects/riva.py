"""NVIDIA Riva's gRPC service (protos/riva.proto).

Facts: the vendor's protos and its Python client. Each request has all settings and a text of its own; our answer to
each carries its id. What a request says of the voice must be what the first one of the call said, since a call is one
stream of audio. custom_configuration steers the vendor's models and nothing here.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.formats import ENCODINGS, AudioFormat
from gateway.core.language_tags import written
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.calls import CONTEXT, as_status, language_of
from gateway.dialects.reply import WholeAudio
from gateway.errors import CLOSE_NORMAL, InvalidSetting, SpeechError
from protos import riva_pb2 as pb

ENCODING_NAMES = {
    pb.ENCODING_UNSPECIFIED: "pcm_s16le",
    pb.LINEAR_PCM: "pcm_s16le",
    pb.FLAC: "flac",
    pb.MULAW: "mulaw",
    pb.ALAW: "alaw",
    pb.OGGOPUS: "ogg_opus",
}
MOST_ID = 128  # characters of a request's id, which each response repeats
MODEL = "Voxgate"  # clients join it with the voice: Voxgate.af_heart
Frame = pb.SynthesizeSpeechResponse | SpeechError | Close


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that is not done. start: where its text begins in the text of the call; text: where it is told; id:
    the client's own, if it has one.
    """

    flush_id: int
    start: int
    text: str
    id: str | None


class RivaDialect:
    """A request is a flush. Frames in are requests, then None when the client has said all that it will say."""

    name = "riva"

    def __init__(self, catalog: VoiceCatalog, *, whole: bool) -> None:
        """whole: the call is Synthesize, whose one response has all the audio."""
        self._catalog = catalog
        self._whole = WholeAudio() if whole else None
        self._settings: pb.SynthesizeSpeechRequest | None = None
        self._received = 0
        self._flushes = 0
        self._asked: deque[_Asked] = deque()
        self._words: list[pb.WordTiming] = []  # that wait for their audio

    def limits(self, limits: events.Limits) -> events.Limits:
        return replace(limits, max_contexts=1)

    def decode(self, frame: pb.SynthesizeSpeechRequest | None) -> Sequence[events.Command]:
        if frame is None:
            return [events.CloseSession()]
        if not frame.text.strip():
            if self._whole is not None:
                raise InvalidSetting("the text is empty")
            return []
        if len(frame.id.value) > MOST_ID:
            raise InvalidSetting(f"an id has at most {MOST_ID} characters")
        commands = self._open(frame)
        self._flushes += 1
        self._note(frame)
        self._received += len(frame.text)
        return [*commands, events.AppendText(CONTEXT, frame.text), events.Flush(CONTEXT)]

    def expire(self, _context_id: str) -> None:
        """One context to a call."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[Frame]:
        try:
            return self._encode(event)
        except SpeechError as error:
            return [error, Close(CLOSE_NORMAL)]

    def _encode(self, event: events.Event | events.AudioFrame) -> Sequence[Frame]:
        match event:
            case events.Words():
                self._words += [self._timing(event.flush_id, word) for word in event.words]
            case events.AudioFrame(audio=audio) if self._whole is not None:
                self._whole.add(audio)
            case events.AudioFrame(flush_id=flush_id, audio=audio):
                return [self._response(flush_id, audio)]
            case events.FlushDone(flush_id=flush_id) if self._whole is None:
                return self._finish(flush_id)
            case events.Failed(error=error):
                return [as_status(error), Close(CLOSE_NORMAL)]
            case events.ContextDone(head=head) if self._whole is not None:
                return [self._response(1, self._whole.audio(head)), Close(CLOSE_NORMAL)]
            case events.ContextDone() | events.SessionDone():
                return [Close(CLOSE_NORMAL)]
        return []

    def _note(self, request: pb.SynthesizeSpeechRequest) -> None:
        told = request.enable_word_time_offsets or self._whole is not None
        request_id = request.id.value if request.HasField("id") else None
        self._asked.append(_Asked(self._flushes, self._received, request.text if told else "", request_id))

    def _open(self, request: pb.SynthesizeSpeechRequest) -> list[events.Command]:
        """Raises InvalidSetting."""
        settings = pb.SynthesizeSpeechRequest()
        settings.CopyFrom(request)
        settings.ClearField("text")
        settings.ClearField("id")
        if self._settings is None:
            self._settings = settings
            return [_context(request, self._catalog, max_lead=None if self._whole is None else 0)]
        if settings != self._settings:
            raise InvalidSetting("the voice and the audio of a call are those of its first request")
        return []

    def _timing(self, flush_id: int, word: events.Word) -> pb.WordTiming:
        asked = next(asked for asked in self._asked if asked.flush_id == flush_id)
        said = asked.text[word.text_start - asked.start : word.text_end - asked.start]
        return pb.WordTiming(word=said, start_time=round(1000 * word.start), end_time=round(1000 * word.end))

    def _finish(self, flush_id: int) -> Sequence[Frame]:
        """Words of which no audio was left."""
        left = [self._response(flush_id, b"")] if self._words else []
        self._asked.popleft()
        return left

    def _response(self, flush_id: int, audio: bytes) -> pb.SynthesizeSpeechResponse:
        asked = next((asked for asked in self._asked if asked.flush_id == flush_id), None)
        response = pb.SynthesizeSpeechResponse(audio=audio)
        if self._words:
            response.meta.words.extend(self._words)
            self._words.clear()
        if asked is not None and asked.id is not None:
            response.id.value = asked.id
        if asked is not None and self._whole is not None:
            response.meta.text = asked.text
        return response


def config(catalog: VoiceCatalog, model_name: str) -> pb.RivaSynthesisConfigResponse:
    """What clients list as voices: a model for each language, with our voices as its subvoices."""
    by_language: dict[str, list[str]] = {}
    for voice in catalog.voices:
        by_language.setdefault(written(voice.language), []).append(voice.name)
    response = pb.RivaSynthesisConfigResponse()
    for language, names in sorted(by_language.items()):
        model = response.model_config.add(model_name=f"{MODEL}-{language}")
        model.parameters["language_code"] = language
        model.parameters["voice_name"] = MODEL
        model.parameters["subvoices"] = ",".join(f"{name}:{number}" for number, name in enumerate(names))
    if model_name:
        wanted = [model for model in response.model_config if model.model_name == model_name]
        return pb.RivaSynthesisConfigResponse(model_config=wanted)
    return response


def _context(request: pb.SynthesizeSpeechRequest, catalog: VoiceCatalog, max_lead: float | None) -> events.OpenContext:
    if request.HasField("zero_shot_data"):
        raise InvalidSetting("there is no voice here that imitates a sample (zero_shot_data)")
    voice = request.voice_name.removeprefix(f"{MODEL}.")
    return events.OpenContext(
        CONTEXT,
        voice,
        language_of(catalog, voice, request.language_code),
        output=_output(request),
        text_format="ssml" if request.text.lstrip().startswith("<speak") else "plain",
        words=request.enable_word_time_offsets,
        max_lead=max_lead,
        pronunciations=_pronunciations(request.custom_dictionary),
    )


def _output(request: pb.SynthesizeSpeechRequest) -> AudioFormat:
    encoding = ENCODING_NAMES.get(request.encoding)
    if encoding is None:
        raise InvalidSetting(f"there is no encoding {request.encoding}")
    if request.sample_rate_hz < 0:
        raise InvalidSetting("sample_rate_hz is negative")
    rate = request.sample_rate_hz
    if encoding == "ogg_opus" and rate:
        # The client asks for 22050 Hz unless told otherwise, which Opus does not have; a decoder plays any rate.
        rates = ENCODINGS[encoding].sample_rates
        rate = next((each for each in rates if each >= rate), rates[-1])
    return AudioFormat(encoding, rate)


def _pronunciations(dictionary: str) -> tuple[Pronunciation, ...]:
    """`word  ipa,word  ipa`, two spaces between."""
    entries = [entry.strip().partition("  ") for entry in dictionary.split(",") if entry.strip()]
    for phrase, _, ipa in entries:
        if not phrase.strip() or not ipa.strip():
            raise InvalidSetting("custom_dictionary is: word, two spaces, its sounds as IPA; pairs parted by commas")
    return tuple(Pronunciation(phrase.strip(), ipa=ipa.strip()) for phrase, _, ipa in entries)
