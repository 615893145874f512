"""Deepgram's queries: encodings, containers, speed. Facts: the vendor's page on media output settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.core.asking import SPEEDS
from gateway.core.formats import ENCODINGS, AudioFormat
from gateway.errors import InvalidSetting, UnsupportedFormat

SOCKET: Mapping[str, str] = MappingProxyType({"linear16": "pcm_s16le", "mulaw": "mulaw", "alaw": "alaw"})


@dataclass(frozen=True, slots=True)
class File:
    """containers: ours by the vendor's, its default first; rate and bit_rate: where nothing else is asked."""

    containers: Mapping[str, str]
    rate: int
    bit_rate: int = 0


FILES: Mapping[str, File] = MappingProxyType(
    {
        "mp3": File({"none": "mp3"}, 22_050, 48_000),
        "linear16": File({"wav": "wav", "none": "pcm_s16le"}, 24_000),
        "mulaw": File({"wav": "wav_mulaw", "none": "mulaw"}, 8_000),
        "alaw": File({"wav": "wav_alaw", "none": "alaw"}, 8_000),
        "opus": File({"ogg": "ogg_opus"}, 48_000, 12_000),
        "flac": File({"none": "flac"}, 24_000),
        "aac": File({"none": "aac"}, 22_050, 48_000),
    }
)
DEFAULT_FILE = "mp3"


def samples_of(query: Mapping[str, str]) -> AudioFormat:
    """What a socket's binary messages are: samples without a header. Raises UnsupportedFormat."""
    encoding = query.get("encoding") or "linear16"
    if encoding not in SOCKET:
        raise UnsupportedFormat(f"encoding is one of: {', '.join(SOCKET)}")
    return AudioFormat(SOCKET[encoding], _whole(query, "sample_rate")).resolved()


def file_of(query: Mapping[str, str]) -> AudioFormat:
    """What the body of a reply is. Raises UnsupportedFormat."""
    encoding = query.get("encoding") or DEFAULT_FILE
    file = FILES.get(encoding)
    if file is None:
        raise UnsupportedFormat(f"encoding is one of: {', '.join(FILES)}")
    container = query.get("container") or next(iter(file.containers))
    if container not in file.containers:
        raise UnsupportedFormat(f"container of {encoding} is one of: {', '.join(file.containers)}")
    ours = file.containers[container]
    return AudioFormat(
        ours, _whole(query, "sample_rate") or file.rate, _bit_rate(ours, query) or file.bit_rate
    ).resolved()


def speed_of(query: Mapping[str, str]) -> float:
    """Whatever a voice of ours can. Raises InvalidSetting."""
    speed = number_of(query, "speed", 1.0)
    lowest, highest = SPEEDS
    if not lowest <= speed <= highest:
        raise InvalidSetting(f"speed is from {lowest:g} to {highest:g}")
    return speed


def number_of(query: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(query.get(name) or default)
    except ValueError as error:
        raise InvalidSetting(f"{name} is a number") from error


def _bit_rate(encoding: str, query: Mapping[str, str]) -> int:
    """The vendor has more for opus than a mono stream can take."""
    asked, known = _whole(query, "bit_rate"), ENCODINGS[encoding].bit_rates if encoding in ENCODINGS else None
    return min(asked, known.highest) if known else asked


def _whole(query: Mapping[str, str], name: str) -> int:
    """0: not asked for. The SDK writes whole numbers with a point."""
    number = number_of(query, name, 0)
    if not number.is_integer() or not 0 <= number < 1 << 31:
        raise UnsupportedFormat(f"{name} is a whole number")
    return int(number)
