"""ElevenLabs' names of audio formats, the same on every path."""

import re

from gateway.core.formats import AudioFormat

DEFAULT_FORMAT = "mp3_44100_128"
FORMAT = re.compile(r"(mp3|opus|pcm|wav|ulaw|alaw)_(\d{4,5})(?:_(\d{2,3}))?")
ENCODINGS = {"mp3": "mp3", "opus": "ogg_opus", "pcm": "pcm_s16le", "wav": "wav", "ulaw": "mulaw", "alaw": "alaw"}


def parse_format(name: str) -> AudioFormat:
    """`mp3_44100_128`, `pcm_16000`, ... as ours. Raises UnsupportedFormat."""
    match = FORMAT.fullmatch(name or DEFAULT_FORMAT)
    if match is None:
        return AudioFormat(name).resolved()
    encoding, rate, kilobits = match.groups()
    return AudioFormat(ENCODINGS[encoding], int(rate), int(kilobits or 0) * 1000).resolved()
