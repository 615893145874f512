"""Encodings whose packets each hold a set number of samples: Opus, MP3, FLAC, AAC, all by way of FFmpeg.

A decoder is behind the encoder by the codec's delay: after k packets of n samples it has played k * n - delay of those
that it was given. So a pause adds silence until that number covers all that was heard. What is in the encoder then is
silence only, and the stream goes on after it without a seam.

PyAV cuts what it is given into frames of n samples and keeps the rest for the next call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from av import AudioCodecContext, AudioFrame, CodecContext

from gateway.core.formats import AudioFormat

TOLD: Final = "new_extradata"


@dataclass(frozen=True, slots=True)
class Ended:
    """A stream that is whole. heard: samples; size: bytes of its packets; told: extradata that came with the last one.

    The context's own is not to be believed at the end: FFmpeg goes on with FLAC's checksum after it has told it.
    """

    heard: int
    packets: int
    size: int
    told: bytes


@dataclass(frozen=True, slots=True)
class PacketCodec:
    """What FFmpeg needs to be told about a codec, and what we need to know about it.

    sample_format: of what it is fed, s16 in some shape; coded_format: what it takes, if that is another;
    delay: samples, of the open codec; header: leaves before the first packet; head: what would have left instead, as
    long, had the end been known, empty where it makes no difference; highest_bit_rate: stands for all above;
    short_last: whether the last packet may hold fewer samples (AV_CODEC_CAP_SMALL_LAST_FRAME), else silence fills it.
    """

    name: str
    sample_format: str
    options: Mapping[str, str]
    delay: Callable[[AudioCodecContext], int]
    header: Callable[[AudioCodecContext], list[bytes]]
    head: Callable[[AudioCodecContext, Ended], bytes] = lambda _context, _ended: b""
    highest_bit_rate: int = 320_000
    short_last: bool = False
    coded_format: str = ""


class PacketEncoder:
    """Raw packets, one per entry. fed: samples that the codec was given, silence too."""

    threaded = True

    def __init__(self, codec: PacketCodec, output: AudioFormat) -> None:
        self._codec = codec
        self._context: AudioCodecContext | None = _context(codec, output)
        self._rate = output.sample_rate
        self._packets = 0
        self._size = 0
        self._told = b""
        self._pausing = False
        self.fed = 0
        self.head = b""

    def encode(self, pcm: bytes) -> list[bytes]:
        if not pcm:
            return []
        self._pausing = False
        return self._open_on_first_use() + self._feed(pcm)

    def pause(self) -> tuple[list[bytes], float]:
        if self._pausing or not self.fed:
            return [], 0.0
        self._pausing = True
        heard = self.fed
        entries = self._fill()
        return entries, (self.fed - heard) / self._rate

    def finish(self) -> list[bytes]:
        heard = self.fed
        entries = self._last() if heard else []
        if heard:
            self.head = self._codec.head(self.context, Ended(heard, self._packets, self._size, self._told))
        self.close()
        return entries

    def close(self) -> None:
        self._context = None  # PyAV frees the codec with its last reference

    @property
    def context(self) -> AudioCodecContext:
        if self._context is None:
            raise ValueError("the encoder is closed")
        return self._context

    def _open_on_first_use(self) -> list[bytes]:
        if self.context.is_open:
            return []
        self.context.open()
        return self._codec.header(self.context)

    def _feed(self, pcm: bytes) -> list[bytes]:
        frame = AudioFrame(format=self._codec.sample_format, layout="mono", samples=len(pcm) // 2)
        frame.planes[0].update(pcm)
        frame.sample_rate = self._rate
        self.fed += frame.samples
        return self._packed(frame)

    def _packed(self, frame: AudioFrame | None) -> list[bytes]:
        made = self.context.encode(frame)
        if frame is None:
            told = (bytes(packet.get_sidedata(TOLD)) for packet in made if packet.has_sidedata(TOLD))
            self._told = next(told, b"")
        packets = [bytes(packet) for packet in made if packet.size]
        self._packets += len(packets)
        self._size += sum(map(len, packets))
        return packets

    def _fill(self) -> list[bytes]:
        size = self.context.frame_size
        needed = self.fed + self._codec.delay(self.context)
        entries: list[bytes] = []
        while self._packets * size < needed:
            entries += self._feed(bytes(2 * (size - self.fed % size)))
        return entries

    def _last(self) -> list[bytes]:
        return self._packed(None) if self._codec.short_last else self._fill()


def _context(codec: PacketCodec, output: AudioFormat) -> AudioCodecContext:
    context = CodecContext.create(codec.name, "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = output.sample_rate
    context.time_base = Fraction(1, output.sample_rate)
    context.format = codec.coded_format or codec.sample_format
    context.layout = "mono"
    context.options = dict(codec.options)
    if output.bit_rate:
        context.bit_rate = min(output.bit_rate, codec.highest_bit_rate)
    return context
