import pytest

from loadtest.floor import Schedule, frames_of
from loadtest.ogg import BadOggError, PageReader


def pages_of(data, size):
    reader = PageReader()
    return [page for start in range(0, len(data), size) for page in reader.feed(data[start : start + size])]


@pytest.mark.parametrize("size", [1, 26, 27, 28, 1000, 100_000])
def test_pages_are_found_wherever_the_stream_is_cut(size):
    make = frames_of(Schedule(opus=True))
    data = b"".join(make() for _ in range(10))

    pages = pages_of(data, size)

    assert [page.sequence for page in pages] == list(range(1, 11))
    assert [page.granule for page in pages] == [960 * number for number in range(1, 11)]
    assert all(len(page.packets) == 1 for page in pages)


def test_what_is_no_page_is_refused():
    with pytest.raises(BadOggError):
        pages_of(bytes(100), 100)
