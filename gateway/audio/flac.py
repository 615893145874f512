"""FLAC in blocks of 16 to 26 ms: RFC 9639."""

from av import AudioCodecContext

from gateway.audio.packets import PacketCodec

LAST_METADATA_BLOCK = 0x80  # and of type 0, STREAMINFO


def _header(context: AudioCodecContext) -> list[bytes]:
    """The open codec's STREAMINFO says 0, unknown, for the length and the checksum."""
    stream_info = context.extradata
    assert stream_info is not None
    return [b"fLaC" + bytes((LAST_METADATA_BLOCK,)) + len(stream_info).to_bytes(3, "big") + stream_info]


FLAC = PacketCodec(
    name="flac",
    sample_format="s16",
    options={"compression_level": "2"},  # above 2 blocks take about 100 ms, for 1 % fewer bytes
    delay=lambda _context: 0,
    header=_header,
    short_last=True,
)
