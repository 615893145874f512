"""A book in one request: neither its text nor its audio piles up on the way."""

import aiohttp
import pytest

from loadtest.signature import block, spoken

pytestmark = pytest.mark.slow

LONGEST = 500_000  # characters: the limit of a context
HEARD = 10_000  # characters of it, 32 MB of audio; the whole is 1.3 GB
MEGABYTE = 1 << 20


async def test_half_a_million_characters_in_one_request_stream_in_bounded_memory(gateway):
    text = "It was the best of times, it was the worst of times; and so on. "
    book = (text * (LONGEST // len(text) + 1))[:LONGEST]
    body = {"model": "tts-1", "voice": "tone", "input": book, "response_format": "pcm"}
    async with gateway("pace=0") as server, aiohttp.ClientSession() as http:
        before, most = server.rss(), 0
        async with http.post(f"http://127.0.0.1:{server.port}/v1/audio/speech", json=body) as response:
            assert response.status == 200
            for number, character in enumerate(spoken(book)[:HEARD]):
                sound = block(character)
                assert await response.content.readexactly(len(sound)) == sound, f"character {number}"
                if number % 500 == 0:
                    most = max(most, server.rss())

    assert most - before < 60 * MEGABYTE
