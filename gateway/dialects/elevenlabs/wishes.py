"""What the URL of a socket asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.core.formats import AudioFormat
from gateway.core.pacing.policy import Policy
from gateway.dialects.elevenlabs.formats import parse_format
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

LONGEST_IDLE = 180  # seconds; the vendor's
WHOLE_SENTENCES = Policy(patience=0)


@dataclass(frozen=True, slots=True)
class Wishes:
    """voice: empty: each context says. sentences: each message is one (auto_mode). every: characters and their times
    with every message. idle: seconds without a word after which a context ends; None: the server's limit.
    """

    voice: str
    language: str
    output: AudioFormat
    text_format: str = "plain"
    sentences: bool = False
    every: bool = False
    idle: float | None = None


def wishes_of(request: Request) -> Wishes:
    """Raises UnknownVoice, UnsupportedFormat, InvalidSetting: whatever cannot be is told before the upgrade."""
    query = request.query
    voice, language = request.path.get("voice", ""), query.get("language_code", "")
    request.catalog.resolve(voice, language)
    return Wishes(
        voice,
        language,
        parse_format(query.get("output_format", "")),
        "ssml" if _is_on(query, "enable_ssml_parsing") else "plain",
        _is_on(query, "auto_mode"),
        _is_on(query, "sync_alignment"),
        _idle(query.get("inactivity_timeout", "")),
    )


def dialogue_wishes_of(request: Request) -> Wishes:
    """A dialogue's voices come with its contexts, and its lines as markup."""
    return replace(wishes_of(request), text_format="ssml", sentences=False)


def _is_on(query: Mapping[str, str], name: str) -> bool:
    """Python's clients say True, too."""
    return query.get(name, "").lower() in ("true", "1")


def _idle(seconds: str) -> float | None:
    if not seconds:
        return None
    if not seconds.isdecimal() or not int(seconds[:9]):
        raise InvalidSetting(f"inactivity_timeout is 1 to {LONGEST_IDLE} seconds")
    return min(float(seconds[:9]), LONGEST_IDLE)
