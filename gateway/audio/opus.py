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
    # Not voip: its high-pass turns the phase of low voices (measured 8 dB against the source, audio 28 to 36 dB, at
    # 64 kbit/s), and synthetic speech has no hum to take out. The cost is the same.
    options={"application": "audio", "frame_duration": "20"},
    delay=_delay,
    header=lambda _context: [],
    highest_bit_rate=256_000,  # FFmpeg refuses more per channel
)
