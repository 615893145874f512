"""Encodings whose samples stand alone: what comes in leaves at once, and nothing is ever held back."""

from collections.abc import Callable


def _none(_size: int | None) -> bytes:
    return b""


class SampleEncoder:
    """convert: PCM s16le to the encoding's own samples. header: of so many bytes of them, None while nobody knows that;
    leaves before the first.
    """

    threaded = False

    def __init__(
        self, convert: Callable[[bytes], bytes] = bytes, header: Callable[[int | None], bytes] = _none
    ) -> None:
        self._convert = convert
        self._header = header
        self._size = 0
        self.head = b""

    def encode(self, pcm: bytes) -> list[bytes]:
        if not pcm:
            return []
        header = b"" if self._size else self._header(None)
        samples = self._convert(pcm)
        self._size += len(samples)
        return [header, samples] if header else [samples]

    def pause(self) -> tuple[list[bytes], float]:
        return [], 0.0

    def finish(self) -> list[bytes]:
        self.head = self._header(self._size) if self._size else b""
        return []

    def close(self) -> None:
        """There is no codec to free."""
