"""What a client hears, in words that every protocol has."""

from dataclasses import dataclass

PCM = {"encoding": "pcm_s16le", "sample_rate": 8000}


@dataclass(frozen=True)
class Heard:
    """kind: audio, flushed, ended, failed, closed, other."""

    kind: str
    context_id: str = ""
    audio: bytes = b""
