"""Encodings whose samples stand alone: what comes in leaves at once, and nothing is ever held back."""

from collections.abc import Callable


class SampleEncoder:
    """convert: PCM s16le to the encoding's own samples. header: leaves before the first of them."""

    threaded = False

    def __init__(self, convert: Callable[[bytes], bytes] = bytes, header: bytes = b"") -> None:
        self._convert = convert
        self._header = header

    def encode(self, pcm: bytes) -> list[bytes]:
        if not pcm:
            return []
        header, self._header = self._header, b""
        samples = self._convert(pcm)
        return [header, samples] if header else [samples]

    def pause(self) -> tuple[list[bytes], float]:
        return [], 0.0

    def finish(self) -> list[bytes]:
        return []

    def close(self) -> None:
        """There is no codec to free."""
