"""What a request says of the voice, of words and of the text."""

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.voices import VoiceCatalog
from gateway.dialects.calls import CONTEXT, language_of
from gateway.errors import InvalidSetting
from protos import google_tts_pb2 as pb

GENDERS = {pb.MALE: "male", pb.FEMALE: "female"}
IPA = pb.CustomPronunciationParams.PHONETIC_ENCODING_IPA
YOMIGANA = pb.CustomPronunciationParams.PHONETIC_ENCODING_JAPANESE_YOMIGANA  # kana: text like any other


def context_of(
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


def text_of(given: pb.SynthesisInput | pb.StreamingSynthesisInput) -> str:
    kind = given.WhichOneof("input_source")
    if kind not in (None, "text", "ssml"):
        raise InvalidSetting(f"{kind} is not supported; send text")
    return given.text
