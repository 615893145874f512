"""What the vendor's formats are, and which of their settings go together."""

from gateway.core.formats import AudioFormat
from gateway.errors import InvalidSetting

ENCODINGS = {"wav": "wav", "mp3": "mp3", "ogg_opus": "ogg_opus"}
RATES = (8000, 12000, 16000, 22050, 24000, 44100, 48000)
NOT_OPUS = (12000, 22050, 44100)
KILOBITS = {"mp3": (32, 320, 128), "ogg_opus": (6, 320, 64)}  # lowest, highest, default
MOST_OPUS = 256_000  # above it libopus refuses mono


def output_of(name: str, sample_rate: int | None, kilobits: int | None) -> AudioFormat:
    """Raises InvalidSetting."""
    if name not in ENCODINGS:
        raise InvalidSetting(f"output_format is one of: {', '.join(ENCODINGS)}")
    rate = sample_rate or 0
    if rate and (rate not in RATES or (name == "ogg_opus" and rate in NOT_OPUS)):
        raise InvalidSetting(f"{name} has no sample_rate_hertz {rate}")
    return AudioFormat(ENCODINGS[name], rate, _bit_rate(name, kilobits))


def _bit_rate(name: str, kilobits: int | None) -> int:
    if name not in KILOBITS:
        if kilobits is not None:
            raise InvalidSetting(f"output_bitrate_kbps is not for {name}")
        return 0
    lowest, highest, default = KILOBITS[name]
    if kilobits is not None and not lowest <= kilobits <= highest:
        raise InvalidSetting(f"output_bitrate_kbps is from {lowest} to {highest} for {name}")
    wanted = 1000 * (kilobits or default)
    return min(wanted, MOST_OPUS) if name == "ogg_opus" else wanted
