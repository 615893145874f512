"""PCM in, what leaves for the client out.

    encoder = open_encoder(output, input_rate)
    entries = encoder.encode(pcm)             # each entry is whole: samples, a packet, a page, a header
    entries, silence = encoder.pause()        # nothing more for now: what was heard so far can be decoded
    entries = encoder.finish()                # the end of the stream; the encoder is closed
    file = encoder.head + stream[len(encoder.head):]    # of all entries: as one that knew its length would begin

The codec opens on the first `encode`, so that an encoder costs about 10 us until then. One encoder is one stream: its
state runs on over all calls, so there is no click where two of them meet, and a stream cut after any entry decodes.
"""

from typing import Protocol

from gateway.audio.codecs import CODECS
from gateway.audio.resampler import Resampler
from gateway.core.formats import AudioFormat


class Encoder(Protocol):
    """PCM s16le mono in, whole samples; frames ready to leave out. Used by one thread at a time."""

    threaded: bool  # costs enough to leave the event loop

    @property
    def head(self) -> bytes:
        """After `finish`: what the stream would have begun with had its length been known, instead of as many bytes.
        Empty where it makes no difference, and of a stream that was not finished.
        """
        ...

    def encode(self, pcm: bytes) -> list[bytes]: ...

    def pause(self) -> tuple[list[bytes], float]:
        """Everything heard so far leaves. Also says how many seconds of silence had to be added to the stream."""
        ...

    def finish(self) -> list[bytes]:
        """End of the stream; closes the encoder. [] if nothing was ever encoded."""
        ...

    def close(self) -> None:
        """Frees the codec. Idempotent, also after `finish`."""
        ...


class ResamplingEncoder:
    threaded = True

    def __init__(self, resampler: Resampler, encoder: Encoder) -> None:
        self._resampler = resampler
        self._encoder = encoder

    @property
    def head(self) -> bytes:
        return self._encoder.head

    def encode(self, pcm: bytes) -> list[bytes]:
        return self._encoder.encode(self._resampler.resample(pcm)) if pcm else []

    def pause(self) -> tuple[list[bytes], float]:
        entries = self._encoder.encode(self._resampler.drain())
        more, silence = self._encoder.pause()
        return entries + more, silence

    def finish(self) -> list[bytes]:
        entries = self._encoder.encode(self._resampler.drain())
        return entries + self._encoder.finish()

    def close(self) -> None:
        self._encoder.close()


def open_encoder(output: AudioFormat, input_rate: int) -> Encoder:
    """An encoder for one stream of `output`, which is resolved, from PCM at `input_rate`."""
    encoder = CODECS[output.encoding](output)
    if input_rate == output.sample_rate:
        return encoder
    return ResamplingEncoder(Resampler(input_rate, output.sample_rate), encoder)
