"""AAC-LC by FFmpeg in ADTS frames (ISO/IEC 13818-7 annex A): each of them says all that a decoder needs.

ADTS has no word for a start delay or for how much of the last frame counts. So a decoder hears 1024 samples of silence
first, and up to a frame of it more than was heard at the end.
"""

from av import AudioCodecContext

from gateway.audio.packets import PacketCodec, PacketEncoder
from gateway.core.formats import AudioFormat

FRAME = 1024
HEADER_BYTES = 7
VARIABLE = 0x7FF  # of the buffer's fullness: no bit reservoir to be in step with

AAC = PacketCodec(
    name="aac",
    sample_format="s16",
    coded_format="fltp",
    # Measured, voiced sound at 64 kbit/s: 16 dB closer to the source than the default search, for a third of its time.
    options={"aac_coder": "fast"},
    delay=lambda _context: FRAME,  # the first frame is the first half of an overlap
    header=lambda _context: [],
)


class AacEncoder:
    """ADTS frames."""

    threaded = True
    head = b""

    def __init__(self, output: AudioFormat) -> None:
        self._packets = PacketEncoder(AAC, output)

    def encode(self, pcm: bytes) -> list[bytes]:
        return self._frames(self._packets.encode(pcm))

    def pause(self) -> tuple[list[bytes], float]:
        packets, silence = self._packets.pause()
        return self._frames(packets), silence

    def finish(self) -> list[bytes]:
        if not self._packets.fed:
            self.close()
            return []
        context = self._packets.context
        return [adts_header(context, packet) + packet for packet in self._packets.finish()]

    def close(self) -> None:
        self._packets.close()

    def _frames(self, packets: list[bytes]) -> list[bytes]:
        return [adts_header(self._packets.context, packet) + packet for packet in packets]


def adts_header(context: AudioCodecContext, packet: bytes) -> bytes:
    """MPEG-4, no checksum, one packet. Object type, rate and channels stand in the open codec's AudioSpecificConfig."""
    assert context.extradata is not None
    config = int.from_bytes(context.extradata[:2], "big")
    profile, rate_index, channels = (config >> 11) - 1, config >> 7 & 0xF, config >> 3 & 0xF
    fields = ((0xFFF, 12), (0, 1), (0, 2), (1, 1), (profile, 2), (rate_index, 4), (0, 1), (channels, 3), (0, 4))
    header = 0
    for value, bits in (*fields, (HEADER_BYTES + len(packet), 13), (VARIABLE, 11), (0, 2)):
        header = header << bits | value
    return header.to_bytes(HEADER_BYTES, "big")
