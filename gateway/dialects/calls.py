"""What the gRPC services of other vendors have in common: one context to a call, and a status at its end."""

from gateway.core.voices import VoiceCatalog
from gateway.errors import InvalidSetting, SpeechError, UnknownVoice

CONTEXT = "call"


def as_status(error: SpeechError) -> SpeechError:
    """Both services call a voice that they do not have an invalid argument; NOT_FOUND is for methods."""
    return InvalidSetting(error.message) if isinstance(error, UnknownVoice) else error


def language_of(catalog: VoiceCatalog, voice: str, language: str) -> str:
    """Clients send a language with every voice, and the same one whatever the voice: a voice of ours keeps its own."""
    return "" if any(known.name == voice for known in catalog.voices) else language
