"""Ogg pages, RFC 3533: one packet each, so that nothing waits for a page to fill.

FFmpeg's own muxer always holds one page back; decoded, ours is the same sample for sample.
"""

import struct
import zlib
from dataclasses import dataclass

FIRST, LAST = 0x02, 0x04
CHECKSUM = slice(22, 26)
BITS_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(slots=True)
class OggStream:
    """One logical stream: numbers its pages from 0."""

    serial: int
    pages: int = 0

    def page(self, packet: bytes, granule: int, flags: int = 0) -> bytes:
        """The next page. granule: where its packet ends; flags: FIRST, LAST. Packets up to 65,024 bytes."""
        lacing = b"\xff" * (len(packet) // 255) + bytes((len(packet) % 255,))
        header = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, self.serial, self.pages, 0, len(lacing))
        self.pages += 1
        page = bytearray(header + lacing + packet)
        page[CHECKSUM] = _checksum(page).to_bytes(4, "little")
        return bytes(page)


def _checksum(page: bytes | bytearray) -> int:
    """Ogg's CRC-32 is zlib's with every byte and the result mirrored, and neither start nor end inverted."""
    mirrored = zlib.crc32(page.translate(BITS_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(BITS_REVERSED), "big")
