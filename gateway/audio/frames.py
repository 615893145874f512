"""Encodings whose samples stand alone: cut into frames of 20 ms, and nothing is ever held back but a partial frame."""

from collections.abc import Callable

FRAMES_PER_SECOND = 50


class FrameEncoder:
    """Frames of `frame_bytes`; the last one before a pause or the end is sent short.

    convert: PCM s16le to the encoding's own samples. header: leaves before the first frame.
    """

    threaded = False

    def __init__(self, frame_bytes: int, convert: Callable[[bytes], bytes] = bytes, header: bytes = b"") -> None:
        self._frame_bytes = frame_bytes
        self._convert = convert
        self._header = header
        self._rest = b""

    def encode(self, pcm: bytes) -> list[bytes]:
        if not pcm:
            return []
        samples = self._rest + self._convert(pcm)
        whole = len(samples) - len(samples) % self._frame_bytes
        self._rest = samples[whole:]
        return self._take_header() + [
            samples[start : start + self._frame_bytes] for start in range(0, whole, self._frame_bytes)
        ]

    def pause(self) -> tuple[list[bytes], float]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else [], 0.0

    def finish(self) -> list[bytes]:
        return self.pause()[0]

    def close(self) -> None:
        self._rest = b""

    def _take_header(self) -> list[bytes]:
        header, self._header = self._header, b""
        return [header] if header else []
