"""What the commands are told of a voice, as the request for a job."""

from voxgate.jobs_api import Wanted
from voxgate.pronunciations import read_pronunciations
from voxgate.say import Voice


def wanted_of(text: str, voice: Voice, encoding: str, sample_rate: int, bit_rate: int) -> Wanted:
    """Raises UsageError for pronunciations that cannot be read."""
    return Wanted(
        text,
        encoding,
        voice.voice,
        voice.language,
        voice.speed,
        voice.pitch,
        sample_rate,
        bit_rate,
        voice.text_format,
        voice.latency,
        tuple(read_pronunciations(voice.pronounce)),
    )
