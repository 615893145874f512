"""A sentence for each language, so that a voice can be heard before it is chosen. A voice of another language says what
it is called.
"""

from collections.abc import Mapping
from types import MappingProxyType

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "en": "Hello! This is how I sound when I read something to you.",
        "de": "Hallo! So klinge ich, wenn ich dir etwas vorlese.",
        "es": "¡Hola! Así sueno cuando te leo algo.",
        "fr": "Bonjour ! Voici ma voix quand je vous lis un texte.",
        "hi": "नमस्ते! जब मैं कुछ पढ़ता हूँ तो मेरी आवाज़ ऐसी होती है।",
        "it": "Ciao! Questa è la mia voce quando leggo qualcosa per te.",
        "ja": "こんにちは。私が読み上げると、このような声になります。",
        "ko": "안녕하세요. 제가 글을 읽으면 이런 목소리가 납니다.",
        "nl": "Hallo! Zo klink ik als ik je iets voorlees.",
        "pl": "Cześć! Tak brzmię, kiedy coś ci czytam.",
        "pt": "Olá! É assim que eu soo quando leio algo para você.",
        "ru": "Привет! Так я звучу, когда читаю вам текст.",
        "tr": "Merhaba! Size bir şey okurken sesim böyle.",
        "uk": "Привіт! Так я звучу, коли читаю вам текст.",
        "zh": "你好。这就是我朗读时的声音。",
        "cmn": "你好。这就是我朗读时的声音。",
    }
)


def sample_of(language: str, name: str) -> str:
    """name: what the voice is shown as."""
    return SENTENCES.get(language.lower().split("-", maxsplit=1)[0], f"{name}.")
