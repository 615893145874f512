"""Which voice speaks a style that the text asks for."""

from collections.abc import Callable
from dataclasses import replace

from gateway.core.cleaning import Restyle
from gateway.core.style import Style
from gateway.core.voices import Voice, VoiceCatalog
from gateway.errors import InvalidSetting, SpeechError


class Casting:
    def __init__(self, voice: Voice, catalog: Callable[[], VoiceCatalog]) -> None:
        """voice: the context's."""
        self._voice = voice
        self._catalog = catalog

    def find(self, restyle: Restyle) -> Style:
        """The style with the name of its voice, and that one's language. Raises SpeechError, with the place."""
        style, where = restyle.style, f"SSML, at character {restyle.start}"
        if not style.voice and not style.by_language:
            return style
        try:
            voice = self._catalog().resolve(style.voice, style.language)
        except SpeechError as error:
            raise type(error)(f"{where}: {error.message}") from error
        if voice.sample_rate != self._voice.sample_rate:
            rates = f"{voice.sample_rate} Hz, and this context {self._voice.sample_rate} Hz"
            raise InvalidSetting(f"{where}: the voice {voice.name!r} has {rates}")
        return replace(style, voice=voice.name, language=style.language or voice.language)
