"""How many seconds of audio some encoded bytes are, without decoding them."""

import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

from voxgate.events import AudioFormat

OPUS_PACKET = 0.02  # seconds: one packet per message (docs/protocol.md)
GRANULES = 48_000  # per second, at every sample rate (RFC 7845 section 4)
WAV_HEADERS = {"wav": 44, "wav_f32le": 58, "wav_mulaw": 58, "wav_alaw": 58}  # bytes
_PAGE = struct.Struct("<4sBBq")  # capture pattern, version, flags, granule position (RFC 3533 section 6)

_BYTES_PER_SECOND: Mapping[str, Callable[[AudioFormat], float]] = MappingProxyType(
    {
        "pcm_s16le": lambda output: 2 * output.sample_rate,
        "pcm_f32le": lambda output: 4 * output.sample_rate,
        "mulaw": lambda output: output.sample_rate,
        "alaw": lambda output: output.sample_rate,
        "wav": lambda output: 2 * output.sample_rate,
        "wav_f32le": lambda output: 4 * output.sample_rate,
        "wav_mulaw": lambda output: output.sample_rate,
        "wav_alaw": lambda output: output.sample_rate,
        "mp3": lambda output: output.bit_rate / 8,
    }
)


class AudioClock:
    """Seconds of audio in the messages added so far.

    Exact for raw samples, to the page for ogg_opus, to the packet for opus, to the frame for mp3. Other encodings
    (flac, aac) cannot be told from their bytes: for them only `settle` moves the clock.
    """

    def __init__(self, output: AudioFormat) -> None:
        self.seconds = 0.0
        self._encoding = output.encoding
        per_second = _BYTES_PER_SECOND.get(output.encoding)
        self._bytes_per_second = per_second(output) if per_second else 0.0
        self._bytes = -WAV_HEADERS.get(output.encoding, 0)

    def add(self, audio: bytes) -> None:
        self._bytes += len(audio)
        if self._bytes_per_second:
            self.seconds = max(0.0, self._bytes / self._bytes_per_second)
        elif self._encoding == "opus":
            self.seconds += OPUS_PACKET
        elif self._encoding == "ogg_opus":
            self.seconds = max(self.seconds, _last_granule(audio) / GRANULES)

    def settle(self, seconds: float) -> None:
        """What the gateway says of the audio so far."""
        if not self._bytes_per_second and self._encoding not in ("opus", "ogg_opus"):
            self.seconds = max(self.seconds, seconds)


def _last_granule(pages: bytes) -> int:
    """The granule position of the last whole page header, 0 when there is none."""
    start = pages.rfind(b"OggS", 0, len(pages) - _PAGE.size + 4)
    if start < 0:
        return 0
    granule: int = _PAGE.unpack_from(pages, start)[3]
    return granule
