import asyncio

import pytest
from voxgate.options import UsageError
from voxgate.text_source import PART, PARTS_AHEAD, Pace, text_source


async def collect(text):
    return [piece async for piece in text]


async def pieces_of(*pieces):
    for piece in pieces:
        yield piece


async def test_a_character_cut_between_two_blocks_is_read_whole(tmp_path):
    path = tmp_path / "text"
    path.write_text("x" * (64 * 1024 - 1) + "ü!")

    assert "".join(await collect(text_source(None, path))).endswith("xü!")


async def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"gr\xfc\xdf")

    with pytest.raises(UsageError, match="is not UTF-8"):
        await collect(text_source(None, path))


class Flushes:
    """Counts, and answers at once."""

    def __init__(self, pace, *, answered=True) -> None:
        self.count = 0
        self.pace = pace
        self.answered = answered

    async def __call__(self) -> None:
        self.count += 1
        if self.answered:
            self.pace.spoken()


async def test_a_long_text_is_flushed_at_blank_lines_and_nothing_of_it_is_lost():
    part = "word " * (PART // 5)
    texts = [part, "end.\n\nnew", part, "end.\n\nlast"]
    pace = Pace()
    flushes = Flushes(pace)

    assert "".join(await collect(pace.keep(pieces_of(*texts), flushes))) == "".join(texts)
    assert flushes.count == 2


async def test_a_short_text_is_never_flushed():
    pace = Pace()
    flushes = Flushes(pace)

    assert await collect(pace.keep(pieces_of("one\n\n", "two"), flushes)) == ["one\n\n", "two"]
    assert flushes.count == 0


async def test_a_long_text_waits_until_its_first_parts_are_spoken():
    pace = Pace()
    flushes = Flushes(pace, answered=False)
    text = pace.keep(pieces_of(*["x" * PART + "\n\n"] * 10), flushes)
    for _ in range(2 * PARTS_AHEAD + 1):  # what is before a blank line, and what is after it
        await anext(text)
    waiting = asyncio.ensure_future(anext(text))
    await asyncio.sleep(0)

    assert flushes.count == PARTS_AHEAD
    pace.spoken()
    await waiting
    assert flushes.count == PARTS_AHEAD + 1
