"""The audio formats that a client can ask for: facts only, the codecs are in gateway/audio."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gateway.errors import UnsupportedFormat

ALL_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
OPUS_RATES = (8000, 12000, 16000, 24000, 48000)  # RFC 6716 section 2


@dataclass(frozen=True, slots=True)
class BitRates:
    """Bits per second."""

    lowest: int
    highest: int
    default: int


@dataclass(frozen=True, slots=True)
class Encoding:
    sample_rates: tuple[int, ...]
    default_rate: int
    content_type: str
    bit_rates: BitRates | None = None
    in_packets: bool = False  # nothing in the bytes says where a packet ends: each is a message of its own


# Ranges: RFC 6716 (opus), MPEG-1/2 layer III (mp3), the hosted APIs' own defaults elsewhere.
OPUS_BIT_RATES = BitRates(6_000, 256_000, 32_000)  # above 256k libopus refuses mono
ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        "ogg_opus": Encoding(OPUS_RATES, 24000, "audio/ogg", OPUS_BIT_RATES),
        "opus": Encoding(OPUS_RATES, 24000, "audio/opus", OPUS_BIT_RATES, in_packets=True),
        "mp3": Encoding(ALL_RATES, 24000, "audio/mpeg", BitRates(8_000, 320_000, 64_000)),
        "aac": Encoding(ALL_RATES, 24000, "audio/aac", BitRates(8_000, 192_000, 64_000)),
        "wav": Encoding(ALL_RATES, 24000, "audio/wav"),
        "wav_f32le": Encoding(ALL_RATES, 24000, "audio/wav"),
        "wav_mulaw": Encoding(ALL_RATES, 8000, "audio/wav"),
        "wav_alaw": Encoding(ALL_RATES, 8000, "audio/wav"),
        "flac": Encoding(ALL_RATES, 24000, "audio/flac"),
        "pcm_s16le": Encoding(ALL_RATES, 24000, "audio/pcm"),
        "pcm_f32le": Encoding(ALL_RATES, 24000, "audio/pcm"),
        "mulaw": Encoding(ALL_RATES, 8000, "audio/basic"),
        "alaw": Encoding(ALL_RATES, 8000, "audio/x-alaw-basic"),
    }
)


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What leaves the gateway: mono. 0 means the encoding's default.

    per_flush: each flush is a complete stream of its own (header, end), instead of one for the whole context.
    paced: audio leaves no sooner than its listener needs it, instead of as soon as it is made.
    """

    encoding: str = "ogg_opus"
    sample_rate: int = 0
    bit_rate: int = 0
    per_flush: bool = False
    paced: bool = False

    def resolved(self) -> "AudioFormat":
        """The same format with its defaults filled in; UnsupportedFormat names what we have instead."""
        known = ENCODINGS.get(self.encoding)
        if known is None:
            raise UnsupportedFormat(f"unknown encoding {self.encoding[:40]!r}; known: {', '.join(ENCODINGS)}")
        return replace(self, sample_rate=self._resolved_rate(known), bit_rate=self._resolved_bit_rate(known))

    def _resolved_rate(self, known: Encoding) -> int:
        if self.sample_rate and self.sample_rate not in known.sample_rates:
            rates = ", ".join(map(str, known.sample_rates))
            raise UnsupportedFormat(f"{self.encoding} has no sample rate {self.sample_rate}; it has: {rates}")
        return self.sample_rate or known.default_rate

    def _resolved_bit_rate(self, known: Encoding) -> int:
        if not self.bit_rate:
            return known.bit_rates.default if known.bit_rates else 0
        if known.bit_rates is None:
            raise UnsupportedFormat(f"{self.encoding} has no bit rate")
        if not known.bit_rates.lowest <= self.bit_rate <= known.bit_rates.highest:
            raise UnsupportedFormat(
                f"{self.encoding} has bit rates from {known.bit_rates.lowest} to {known.bit_rates.highest}"
            )
        return self.bit_rate

    @property
    def content_type(self) -> str:
        return ENCODINGS[self.encoding].content_type

    @property
    def in_packets(self) -> bool:
        return ENCODINGS[self.encoding].in_packets
