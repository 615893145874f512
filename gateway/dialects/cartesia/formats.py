"""Cartesia's output_format: a container, and the samples in it."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from gateway.core.formats import AudioFormat
from gateway.errors import UnsupportedFormat

SAMPLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "raw": {"pcm_s16le": "pcm_s16le", "pcm_f32le": "pcm_f32le", "pcm_mulaw": "mulaw", "pcm_alaw": "alaw"},
        "wav": {"pcm_s16le": "wav", "pcm_f32le": "wav_f32le", "pcm_mulaw": "wav_mulaw", "pcm_alaw": "wav_alaw"},
    }
)
SOCKET = ("raw",)
FILES = ("raw", "wav", "mp3")


class OutputFormat(msgspec.Struct, frozen=True, gc=False):
    """bit_rate: of mp3, which has no encoding of samples."""

    container: str = "raw"
    encoding: str | None = None
    sample_rate: int = 0
    bit_rate: int = 0


def parse_format(asked: OutputFormat | None, containers: tuple[str, ...]) -> AudioFormat:
    """containers: those that are served here. Raises UnsupportedFormat."""
    if asked is None:
        raise UnsupportedFormat("output_format is missing")
    if asked.container not in containers:
        raise UnsupportedFormat(f"output_format.container is one of: {', '.join(containers)}")
    if asked.container == "mp3":
        return AudioFormat("mp3", asked.sample_rate, asked.bit_rate)
    samples = SAMPLES[asked.container]
    if asked.encoding is None or asked.encoding not in samples:
        raise UnsupportedFormat(f"output_format.encoding is one of: {', '.join(samples)}")
    return AudioFormat(samples[asked.encoding], asked.sample_rate)
