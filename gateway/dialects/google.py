"""Google Cloud Text-to-Speech's gRPC service (protos/google_tts.proto).

Facts: the vendor's protos and its Python client. The first message of a stream is its config, all others are input.
Google wants whole sentences as input; here a word is enough, and what looks like a sentence is spoken at once. It
aborts a stream that hears nothing for 5 s; we wait as long as for any other client.
"""

import struct
from collections.abc import Sequence
from dataclasses import replace

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.formats import AudioFormat
from gateway.core.language_tags import written
from gateway.core.pacing import Policy
from gateway.core.voices import VoiceCatalog
from gateway.dialects import Close
from gateway.dialects.calls import CONTEXT, as_status, language_of
from gateway.dialects.reply import WholeAudio
from gateway.errors import CLOSE_NORMAL, InvalidMessage, InvalidSetting, SpeechError, UnsupportedFormat
from protos import google_tts_pb2 as pb

RATE = 24_000  # what Google's voices have, and what it sends unless asked otherwise
MP3_BIT_RATE = 32_000  # bits per second
STREAMED = {pb.PCM: "pcm_s16le", pb.ALAW: "alaw", pb.MULAW: "mulaw", pb.OGG_OPUS: "ogg_opus"}
WHOLE = {**STREAMED, pb.LINEAR16: "pcm_s16le", pb.MP3: "mp3"}
# The codes of RFC 2361, and bytes of a sample.
WAV_FORMATS = {pb.LINEAR16: (1, 2), pb.ALAW: (6, 1), pb.MULAW: (7, 1)}
SENTENCES = Policy(patience=0)  # an input that ends like a sentence is one
GENDERS = {pb.MALE: "male", pb.FEMALE: "female"}
GENDER_NAMES = {name: gender for gender, name in GENDERS.items()}
IPA = pb.CustomPronunciationParams.PHONETIC_ENCODING_IPA
YOMIGANA = pb.CustomPronunciationParams.PHONETIC_ENCODING_JAPANESE_YOMIGANA  # kana: text like any other
MOST_SEMITONES = 20


class GoogleStreamDialect:
    """StreamingSynthesize. Frames in are requests, then None when the client has said all that it will say."""

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
            return [events.AppendText(CONTEXT, _text_of(frame.input))]
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
        asked = audio.audio_encoding if config.HasField("streaming_audio_config") else pb.PCM
        if asked not in STREAMED:
            raise UnsupportedFormat("a stream is PCM, ALAW, MULAW or OGG_OPUS")
        output = AudioFormat(STREAMED[asked], _rate(audio.sample_rate_hertz))
        opened = _context(config.voice, self._catalog, config.custom_pronunciations)
        return replace(opened, speed=audio.speaking_rate or 1.0, output=output, latency=SENTENCES)


class GoogleSpeechDialect:
    """SynthesizeSpeech. The one frame in is the request, the one frame out its response."""

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
        text = frame.input.ssml or _text_of(frame.input)
        if not text.strip():
            raise InvalidSetting("the input is empty")
        self._asked = frame.audio_config
        opened = replace(
            _context(frame.voice, self._catalog, frame.input.custom_pronunciations),
            speed=self._asked.speaking_rate or 1.0,
            pitch=_pitch(self._asked.pitch),
            output=_whole_output(self._asked),
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
                case events.ContextDone():
                    audio = self._whole.audio()
                    content = _header(self._asked, len(audio)) + audio
                    return [pb.SynthesizeSpeechResponse(audio_content=content), Close(CLOSE_NORMAL)]
        except SpeechError as error:
            return [error, Close(CLOSE_NORMAL)]
        return []


def list_voices(catalog: VoiceCatalog, language: str) -> pb.ListVoicesResponse:
    voices = [
        pb.Voice(
            language_codes=[written(voice.language)],
            name=voice.name,
            ssml_gender=GENDER_NAMES.get(voice.gender, pb.SSML_VOICE_GENDER_UNSPECIFIED),
            natural_sample_rate_hertz=voice.sample_rate,
        )
        for voice in catalog.select(language=language)
    ]
    return pb.ListVoicesResponse(voices=voices)


def _context(
    voice: pb.VoiceSelectionParams, catalog: VoiceCatalog, pronunciations: pb.CustomPronunciations
) -> events.OpenContext:
    for field in ("custom_voice", "voice_clone", "multi_speaker_voice_config"):
        if voice.HasField(field):
            raise InvalidSetting(f"{field} is not supported")
    name = voice.name or _named_by_gender(voice, catalog)
    language = language_of(catalog, name, voice.language_code)
    return events.OpenContext(CONTEXT, name, language, pronunciations=_pronunciations(pronunciations))


def _named_by_gender(voice: pb.VoiceSelectionParams, catalog: VoiceCatalog) -> str:
    """The language's first voice of the gender that is wished for; empty: there is none, or no such wish."""
    if voice.ssml_gender not in GENDERS:
        return ""
    fitting = catalog.select(language=voice.language_code, gender=GENDERS[voice.ssml_gender])
    return fitting[0].name if fitting else ""


def _pronunciations(given: pb.CustomPronunciations) -> tuple[Pronunciation, ...]:
    return tuple(map(_pronunciation, given.pronunciations))


def _pronunciation(given: pb.CustomPronunciationParams) -> Pronunciation:
    if given.phonetic_encoding == IPA:
        return Pronunciation(given.phrase, ipa=given.pronunciation)
    if given.phonetic_encoding == YOMIGANA:
        return Pronunciation(given.phrase, alias=given.pronunciation)
    raise InvalidSetting("a pronunciation is IPA or JAPANESE_YOMIGANA")


def _text_of(given: pb.SynthesisInput | pb.StreamingSynthesisInput) -> str:
    kind = given.WhichOneof("input_source")
    if kind not in (None, "text", "ssml"):
        raise InvalidSetting(f"{kind} is not supported; send text")
    return given.text


def _whole_output(asked: pb.AudioConfig) -> AudioFormat:
    if asked.audio_encoding not in WHOLE:
        raise UnsupportedFormat("audio_encoding is LINEAR16, MP3, OGG_OPUS, MULAW, ALAW or PCM")
    bit_rate = MP3_BIT_RATE if asked.audio_encoding == pb.MP3 else 0
    return AudioFormat(WHOLE[asked.audio_encoding], _rate(asked.sample_rate_hertz), bit_rate)


def _pitch(semitones: float) -> float:
    """As a factor."""
    if not -MOST_SEMITONES <= semitones <= MOST_SEMITONES:
        raise InvalidSetting(f"pitch is from -{MOST_SEMITONES} to {MOST_SEMITONES} semitones")
    factor: float = 2 ** (semitones / 12)
    return factor


def _rate(asked: int) -> int:
    if asked < 0:
        raise InvalidSetting("sample_rate_hertz is negative")
    return asked or RATE


def _header(asked: pb.AudioConfig, size: int) -> bytes:
    """Of a WAV file, where Google sends one: RIFF, the format, then so many bytes of data."""
    if asked.audio_encoding not in WAV_FORMATS:
        return b""
    code, width = WAV_FORMATS[asked.audio_encoding]
    rate = _rate(asked.sample_rate_hertz)
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, code, 1, rate, rate * width, width, 8 * width)
    return struct.pack("<4sI4s", b"RIFF", 36 + size, b"WAVE") + fmt + struct.pack("<4sI", b"data", size)
