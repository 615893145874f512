"""FLAC in blocks of 16 to 26 ms: RFC 9639."""

from gateway.audio.packets import PacketCodec

LAST_METADATA_BLOCK = 0x80  # and of type 0, STREAMINFO


def _header(stream_info: bytes | None) -> bytes:
    """The open codec's STREAMINFO says 0, unknown, for the length and the checksum; that of the end knows them."""
    assert stream_info, "FFmpeg tells it"
    return b"fLaC" + bytes((LAST_METADATA_BLOCK,)) + len(stream_info).to_bytes(3, "big") + stream_info


FLAC = PacketCodec(
    name="flac",
    sample_format="s16",
    options={"compression_level": "2"},  # above 2 blocks take about 100 ms, for 1 % fewer bytes
    delay=lambda _context: 0,
    header=lambda context: [_header(context.extradata)],
    head=lambda _context, ended: _header(ended.told),
    short_last=True,
)
