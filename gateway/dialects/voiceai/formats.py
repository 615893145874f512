"""Voice.ai's names of audio formats, the same over WebSocket and HTTP."""

import re

from gateway.core.formats import AudioFormat

CONTAINER_RATE = 32_000  # of mp3, wav and pcm without a rate
FORMAT = re.compile(r"(mp3|opus|pcm|wav|ulaw|alaw)_(\d{4,5})(?:_(\d{2,3}))?")
ENCODINGS = {"mp3": "mp3", "opus": "ogg_opus", "pcm": "pcm_s16le", "wav": "wav", "ulaw": "mulaw", "alaw": "alaw"}


def parse_format(name: str | None) -> AudioFormat:
    """`mp3`, `pcm_16000`, `mp3_44100_128`, ... as ours. An unknown name stays itself: the session refuses it."""
    if name is None or name in ("mp3", "wav", "pcm"):
        return AudioFormat(ENCODINGS[name or "mp3"], CONTAINER_RATE, per_flush=True)
    match = FORMAT.fullmatch(name)
    if match is None:
        return AudioFormat(name)
    encoding, rate, kilobits = match.groups()
    return AudioFormat(ENCODINGS[encoding], int(rate), int(kilobits or 0) * 1000, per_flush=True)
