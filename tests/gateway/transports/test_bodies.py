"""Bodies that are compressed, too large, or announced and never sent."""

import asyncio
import gzip
import json
import random
import zlib

import pytest

SAID = json.dumps({"text": "Hello.", "voice": "ann", "encoding": "pcm_s16le", "sample_rate": 8000}).encode()


async def post(site, body, encoding):
    async with site.http.post("/v1/speech", data=body, headers={"Content-Encoding": encoding}) as response:
        return response.status, await response.read()


def in_members(body, size=20):
    """As `pigz -i`, `bgzip` and `cat a.gz b.gz` make it."""
    return b"".join(gzip.compress(body[start : start + size]) for start in range(0, len(body), size))


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("gzip", in_members), ("deflate", zlib.compress)]
)
async def test_a_compressed_body_is_read(site, encoding, pack):
    status, said = await post(site, pack(SAID), encoding)

    assert status == 200
    assert said.strip() == b"Hello."


async def test_of_a_bomb_no_more_is_made_than_a_body_may_have(site):
    status, told = await post(site, gzip.compress(bytes(64 << 20)), "gzip")

    assert (status, json.loads(told)["error"]["reason"]) == (413, "message_too_large")


async def test_a_body_that_hardly_shrank_is_read_in_pieces(site):
    noise = random.Random(1).randbytes(75_000).hex()
    status, told = await post(site, gzip.compress(json.dumps({"text": noise, "voice": "nobody"}).encode()), "gzip")

    assert (status, json.loads(told)["error"]["reason"]) == (404, "unknown_voice")  # it was read, then


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(SAID, mtime=0)[:-12]),
        ("gzip", gzip.compress(SAID, mtime=0) + b"and more"),
        ("gzip", gzip.compress(SAID, mtime=0) + gzip.compress(b" ", mtime=0)[:-12]),
        ("gzip", gzip.compress(b"", mtime=0) * 1001),
        ("gzip", b""),
        ("br", b"x"),
    ],
    ids=[
        "another",
        "cut",
        "followed by no member",
        "followed by half a member",
        "of too many members",
        "empty",
        "of br",
    ],
)
async def test_what_cannot_be_inflated_is_told(site, encoding, body):
    status, told = await post(site, body, encoding)

    assert (status, json.loads(told)["error"]["reason"]) == (400, "invalid_message")


async def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(site):
    host, port = site.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /v1/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n{")
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 2)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")
