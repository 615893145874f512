"""Opus packets of 20 ms, RFC 6716."""

from av import AudioCodecContext

from gateway.audio.packets import PacketCodec

GRANULE_RATE = 48_000  # RFC 7845 section 4: granule positions and pre-skip count samples at 48 kHz, whatever the rate


def pre_skip(head: bytes) -> int:
    """Samples at 48 kHz that the decoder drops at the start, out of an OpusHead (RFC 7845 section 5.1)."""
    return int.from_bytes(head[10:12], "little")


def opus_head(context: AudioCodecContext) -> bytes:
    """FFmpeg's libopus gives its OpusHead, delay included, as the open codec's extradata."""
    assert context.extradata is not None
    return context.extradata


def _delay(context: AudioCodecContext) -> int:
    return pre_skip(opus_head(context)) * context.sample_rate // GRANULE_RATE


OPUS = PacketCodec(
    name="libopus",
    sample_format="s16",
    options={"application": "voip", "frame_duration": "20"},  # voip: tuned for speech, cheaper than audio by 0 to 5 %
    delay=_delay,
    header=lambda _context: [],
)
