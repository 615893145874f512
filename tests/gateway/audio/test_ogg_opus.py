"""Pages, read by a parser that shares nothing with the pager: RFC 3533 section 6, RFC 7845."""

import struct
from dataclasses import dataclass

import pytest

from gateway.audio.encoder import open_encoder
from gateway.audio.ogg import FIRST, LAST, OggStream
from gateway.core.formats import OPUS_RATES, AudioFormat

PRE_SKIP = 312


@dataclass(frozen=True)
class Page:
    flags: int
    granule: int
    serial: int
    number: int
    packet: bytes


def checksum(page):
    """RFC 3533: polynomial 0x04c11db7, bit by bit, most significant first, the field itself read as zero."""
    crc = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


def parse(page):
    magic, version, flags, granule, serial, number, crc, count = struct.unpack("<4sBBqIIIB", page[:27])
    lacing = page[27 : 27 + count]
    packet = page[27 + count :]
    assert (magic, version, crc) == (b"OggS", 0, checksum(page))
    assert sum(lacing) == len(packet)
    assert all(length == 255 for length in lacing[:-1])
    assert lacing[-1] < 255  # the packet ends on its page
    return Page(flags, granule, serial, number, packet)


def pages_of(samples, voice, sample_rate=24_000, *, pause=False):
    encoder = open_encoder(AudioFormat("ogg_opus", sample_rate).resolved(), sample_rate)
    entries = encoder.encode(voice(samples, sample_rate))
    entries += encoder.pause()[0] if pause else []
    return [parse(entry) for entry in entries + encoder.finish()]


@pytest.mark.parametrize("sample_rate", OPUS_RATES)
@pytest.mark.parametrize("samples", [1, 1_923, 4_800])
def test_the_end_granule_is_exact(samples, sample_rate, voice):
    pages = pages_of(samples, voice, sample_rate)

    assert pages[-1].granule == PRE_SKIP + samples * 48_000 // sample_rate
    assert [page.granule for page in pages[:-1]] == [0, 0, *range(960, 960 * (len(pages) - 2), 960)]
    assert 0 < pages[-1].granule - pages[-2].granule <= 960


def test_pages_are_numbered_and_only_the_ends_are_marked(voice):
    pages = pages_of(5_000, voice)

    assert [page.number for page in pages] == list(range(len(pages)))
    assert [page.flags for page in pages] == [FIRST, *[0] * (len(pages) - 2), LAST]
    assert len({page.serial for page in pages}) == 1


def test_the_headers_come_first(voice):
    head, tags, *_ = pages_of(1, voice, 16_000)

    assert struct.unpack("<8sBBHIhB", head.packet) == (b"OpusHead", 1, 1, PRE_SKIP, 16_000, 0, 0)
    assert tags.packet == b"OpusTags" + struct.pack("<I", 7) + b"voxgate" + struct.pack("<I", 0)


def test_the_headers_leave_with_the_first_pcm(voice):
    encoder = open_encoder(AudioFormat("ogg_opus").resolved(), 24_000)

    assert [parse(page).number for page in encoder.encode(voice(1, 24_000))] == [0, 1]
    encoder.close()


def test_each_stream_has_a_serial_of_its_own(voice):
    assert len({pages_of(1, voice)[0].serial for _ in range(20)}) == 20


def test_a_stream_that_ends_in_a_pause_still_has_an_end(voice):
    pages = pages_of(4_801, voice, pause=True)

    heard_and_added = 960 * (len(pages) - 3)  # every page but the headers and the last is full
    assert pages[-1].flags == LAST
    assert pages[-1].granule == PRE_SKIP + heard_and_added


@pytest.mark.parametrize("size", [0, 1, 254, 255, 256, 510, 1_275])
def test_a_packet_of_any_size_is_laced(size):
    stream = OggStream(serial=0xDEADBEEF)
    packet = bytes(range(256)) * 5

    page = parse(stream.page(packet[:size], granule=960))

    assert page == Page(0, 960, 0xDEADBEEF, 0, packet[:size])
