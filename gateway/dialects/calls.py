"""What the gRPC services of other vendors have in common: one context to a call, and a status at its end."""

from gateway.core.voices import VoiceCatalog
from gateway.errors import InvalidSetting, SpeechError, TextTooLong, UnknownVoice

CONTEXT = "call"
# Bytes of audio that are collected for a reply in one message: the longest text that Google takes (5,000 bytes, about
# 7 minutes) is 40 MB at 48 kHz. Clients take 4 MiB unless told otherwise.
MOST_WHOLE = 64 * 1024 * 1024


class Whole:
    """The audio of a call whose one reply has all of it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, audio: bytes) -> None:
        """Raises TextTooLong when it is more than one message should hold."""
        self._size += len(audio)
        if self._size > MOST_WHOLE:
            self._parts.clear()
            raise TextTooLong(f"the audio has more than {MOST_WHOLE} bytes; use the streaming call")
        self._parts.append(audio)

    def audio(self) -> bytes:
        """Raises InvalidSetting when there was nothing to hear."""
        if not self._size:
            raise InvalidSetting("the text has nothing to speak")
        return b"".join(self._parts)


def as_status(error: SpeechError) -> SpeechError:
    """Both services call a voice that they do not have an invalid argument; NOT_FOUND is for methods."""
    return InvalidSetting(error.message) if isinstance(error, UnknownVoice) else error


def language_of(catalog: VoiceCatalog, voice: str, language: str) -> str:
    """Clients send a language with every voice, and the same one whatever the voice: a voice of ours keeps its own."""
    return "" if any(known.name == voice for known in catalog.voices) else language
