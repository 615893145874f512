"""Reads Ogg pages and the Opus packets in them (RFC 3533, RFC 7845), as they come and without looking at checksums."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct("<4sBBqIIIB")
END_OF_STREAM = 4
GOES_ON = 255  # the lacing value of a packet that is longer
GRANULE_RATE = 48_000


class BadOggError(Exception):
    """These bytes are no Ogg page."""


@dataclass(frozen=True, slots=True)
class Page:
    """granule: samples at 48 kHz up to the end of this page, pre-skip included."""

    flags: int
    granule: int
    serial: int
    sequence: int
    packets: tuple[bytes, ...]


class PageReader:
    """Pages out of a byte stream; keeps what is not yet a whole page."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Page]:
        data = self._rest + data if self._rest else data
        while (page := _page(data)) is not None:
            yield page[0]
            data = data[page[1] :]
        self._rest = data


def _page(data: bytes) -> tuple[Page, int] | None:
    """The page that the data begins with and its length; None when more is to come. Packets end in their page."""
    if len(data) < _HEADER.size:
        return None
    magic, _version, flags, granule, serial, sequence, _crc, segments = _HEADER.unpack_from(data)
    if magic != b"OggS":
        raise BadOggError(f"a page begins with {magic!r}")
    start = _HEADER.size + segments
    lacing = data[_HEADER.size : start]
    end = start + sum(lacing)
    if len(lacing) < segments or len(data) < end:
        return None
    return Page(flags, granule, serial, sequence, tuple(_packets(lacing, data[start:end]))), end


def _packets(lacing: bytes, body: bytes) -> Iterator[bytes]:
    start = end = 0
    for length in lacing:
        end += length
        if length < GOES_ON:
            yield body[start:end]
            start = end
