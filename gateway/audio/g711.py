"""mu-law and A-law, ITU-T G.711: 8 bits for each 16 bit sample, by a table of all 65,536."""

from collections.abc import Callable
from functools import cache

import numpy as np
from av import AudioCodecContext, AudioFrame, CodecContext


def g711(codec: str) -> Callable[[bytes], bytes]:
    """Converts PCM s16le as FFmpeg's codec of that name does; about 3 us per 20 ms."""
    table = np.frombuffer(_table(codec), np.uint8)

    def convert(pcm: bytes) -> bytes:
        return bytes(table[np.frombuffer(pcm, "<u2")])

    return convert


@cache
def _table(codec: str) -> bytes:
    """What the codec makes of every sample there is, by its bits read as a number without sign."""
    context = CodecContext.create(codec, "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate, context.format, context.layout = 8000, "s16", "mono"
    every = AudioFrame(format="s16", layout="mono", samples=1 << 16)
    every.planes[0].update(np.arange(1 << 16, dtype="<u2").tobytes())
    every.sample_rate = 8000
    return b"".join(bytes(packet) for packet in context.encode(every))
