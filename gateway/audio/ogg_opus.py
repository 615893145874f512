"""Ogg Opus, RFC 7845: a page per 20 ms packet, exact to the sample at its end."""

import secrets

from gateway.audio.ogg import FIRST, LAST, OggStream
from gateway.audio.opus import GRANULE_RATE, OPUS, opus_head, pre_skip
from gateway.audio.packets import PacketEncoder
from gateway.core.formats import AudioFormat

VENDOR = b"voxgate"
TAGS = b"OpusTags" + len(VENDOR).to_bytes(4, "little") + VENDOR + bytes(4)  # no comments
PACKET = GRANULE_RATE // 50


class OggOpusEncoder:
    """Pages. The last one's granule position cuts off the silence that fills its packet."""

    threaded = True
    head = b""

    def __init__(self, output: AudioFormat) -> None:
        self._packets = PacketEncoder(OPUS, output)
        self._rate = output.sample_rate
        self._stream = OggStream(secrets.randbits(32))
        self._granule = 0

    def encode(self, pcm: bytes) -> list[bytes]:
        if not pcm:
            return []
        packets = self._packets.encode(pcm)
        return self._headers() + self._pages(packets)

    def pause(self) -> tuple[list[bytes], float]:
        packets, silence = self._packets.pause()
        return self._pages(packets), silence

    def finish(self) -> list[bytes]:
        if not self._packets.fed:
            self.close()
            return []
        end = self._end()
        *packets, last = self._packets.finish()  # never empty: the delay alone needs one packet more
        return [*self._pages(packets), self._stream.page(last, end, LAST)]

    def close(self) -> None:
        self._packets.close()

    def _headers(self) -> list[bytes]:
        if self._stream.pages:
            return []
        head = opus_head(self._packets.context)
        return [self._stream.page(head, 0, FIRST), self._stream.page(TAGS, 0)]

    def _pages(self, packets: list[bytes]) -> list[bytes]:
        return [self._page(packet) for packet in packets]

    def _page(self, packet: bytes) -> bytes:
        self._granule += PACKET
        return self._stream.page(packet, self._granule)

    def _end(self) -> int:
        skipped = pre_skip(opus_head(self._packets.context))
        return skipped + self._packets.fed * GRANULE_RATE // self._rate
