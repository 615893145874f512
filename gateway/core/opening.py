"""What a client asks of a new context, checked, and the context that comes of it."""

from collections.abc import Callable
from dataclasses import replace

from gateway.core.asking import PITCHES, SPEEDS
from gateway.core.casting import Casting
from gateway.core.cleaning import TEXT_FORMATS
from gateway.core.context import Context
from gateway.core.events import Limits, OpenContext
from gateway.core.manuscript import Manuscript
from gateway.core.pacing import LATENCIES, Speed
from gateway.core.voices import VoiceCatalog
from gateway.errors import InvalidMessage, InvalidSetting

MAX_CONTEXT_ID = 128  # characters; ElevenLabs and LiveKit use 12 to 36


def open_context(
    command: OpenContext,
    catalog: Callable[[], VoiceCatalog],
    speeds: dict[str, Speed],
    limits: Limits,
    *,
    new_segment_id: Callable[[], int],
    now: float,
) -> Context:
    """speeds: of engines, by name. Raises SpeechError."""
    check(command)
    voice = catalog().resolve(command.voice, command.language)
    opened = replace(command, output=command.output.resolved())
    casting = Casting(voice, catalog)
    language = opened.language or voice.language
    manuscript = Manuscript(opened.text_format, language, opened.pronunciations, casting.find)
    speed = speeds.setdefault(voice.engine, Speed(work=catalog().work(voice.engine)))
    return Context(opened, voice, speed, limits, manuscript, new_segment_id=new_segment_id, now=now)


def check(command: OpenContext) -> None:
    """Raises InvalidMessage, InvalidSetting."""
    if not command.context_id:
        raise InvalidMessage("context_id is empty")
    for name, factor, (lowest, highest) in (("speed", command.speed, SPEEDS), ("pitch", command.pitch, PITCHES)):
        if not lowest <= factor <= highest:
            raise InvalidSetting(f"{name} is from {lowest:g} to {highest:g}, not {factor:g}")
    if command.text_format not in TEXT_FORMATS:
        raise InvalidSetting(f"text_format is one of: {', '.join(TEXT_FORMATS)}")
    if isinstance(command.latency, str) and command.latency not in LATENCIES:
        raise InvalidSetting(f"latency is one of: {', '.join(LATENCIES)}")
    if command.max_lead is not None and not command.max_lead >= 0:
        raise InvalidSetting("max_lead is a number of seconds, or 0 for no bound")
