"""MP3 by LAME, raw frames behind an Info frame that declares the start delay (LAME's "Info tag", revision 1).

MP3 has no way to say at the end of a stream how much of its last frame counts, and the Info frame, which could, has
long left by then. So a streamed MP3 decodes to up to one frame of silence more than was heard; one that is kept, whose
Info frame is written again when it is whole, to what was heard exactly. LAME takes the bit rate
that is nearest to the one asked for among those of the sample rate: 32 to 320 kbit/s from 32 kHz on, 8 to 160 below,
8 to 64 up to 12 kHz.
"""

import struct

from gateway.audio.packets import Ended, PacketCodec

ENCODER_DELAY = 576  # LAME's own, lame_get_encoder_delay()
DECODER_DELAY = 529  # of every layer III decoder; the tag leaves it out
# FFmpeg skips the frame only if it says how many frames or bytes follow; a wrong size is put aside, a wrong count of
# frames would be a wrong duration.
HAS_SIZE, HAS_ALL, UNKNOWN = 0x02, 0x0F, 0xFFFFFFFF
SIDE_INFO_BYTES = {1152: 17, 576: 9}  # mono, by samples in a frame: MPEG-1, and MPEG-2 or 2.5
BIT_RATE_INDEX = {1152: 5, 576: 8}  # 64 kbit/s: the tag needs up to 177 bytes, this gives 192 to 576
SAMPLE_RATES = (44_100, 48_000, 32_000)  # in the order of their index; MPEG-2 halves them, 2.5 quarters them
INFO = b"Info" + struct.pack(">II", HAS_SIZE, UNKNOWN)
PLACES = bytes(percent * 256 // 100 for percent in range(100))  # in the file, of each hundredth of its time
VERSION_BITS = {1: 0b11, 2: 0b10, 4: 0b00}


def info_frame(sample_rate: int, frame_size: int, ended: Ended | None = None) -> bytes:
    """A silent frame whose main data is the tag; players that do not know the tag play it as silence.

    ended: what follows, if that is known.
    """
    divisor = next(d for d in VERSION_BITS if sample_rate * d in SAMPLE_RATES)
    rate_index = SAMPLE_RATES.index(sample_rate * divisor)
    header = bytes(
        (
            0xFF,
            0xE3 | VERSION_BITS[divisor] << 3,  # layer III, no CRC
            BIT_RATE_INDEX[frame_size] << 4 | rate_index << 2,
            0xC4,  # mono, original
        )
    )
    length = frame_size // 8 * 64_000 // sample_rate
    info = INFO + _lame_tag() if ended is None else _whole(ended, frame_size, length + ended.size)
    start = header + bytes(SIDE_INFO_BYTES[frame_size]) + info
    return (start + _crc16(start).to_bytes(2, "big")).ljust(length, b"\0")


def _whole(ended: Ended, frame_size: int, size: int) -> bytes:
    """size: of the file."""
    size = min(size, UNKNOWN)
    padding = ended.packets * frame_size - ENCODER_DELAY - ended.heard
    quality = bytes(4)
    told = struct.pack(">III", HAS_ALL, ended.packets, size) + PLACES + quality
    return b"Info" + told + _lame_tag(padding, size)


def _lame_tag(padding: int = 0, size: int = 0) -> bytes:
    """padding: samples at the end that do not count; size: bytes of the file."""
    before, after = b"LAME3.100" + bytes(12), bytes(4) + struct.pack(">IH", size, 0)
    return before + (ENCODER_DELAY << 12 | padding).to_bytes(3, "big") + after


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc


MP3 = PacketCodec(
    name="libmp3lame",
    sample_format="s16p",
    # With its bit reservoir LAME holds back 2 to 20 frames (24 ms each) instead of one.
    options={"reservoir": "0"},
    delay=lambda _context: ENCODER_DELAY + DECODER_DELAY,
    header=lambda context: [info_frame(context.sample_rate, context.frame_size)],
    head=lambda context, ended: info_frame(context.sample_rate, context.frame_size, ended),
)
