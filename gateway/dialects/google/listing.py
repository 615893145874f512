"""Our voices in Google's words."""

from gateway.core.language_tags import written
from gateway.core.voices import VoiceCatalog
from gateway.dialects.google.asked import GENDERS
from protos import google_tts_pb2 as pb

GENDER_NAMES = {name: gender for gender, name in GENDERS.items()}


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
