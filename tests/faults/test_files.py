"""The file of a finished job beside what its listeners heard while it was made."""

import asyncio
import io
import json
import urllib.request
import wave

import av
import pytest

from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A first sentence that is some seconds long. And a second one is on its way. And a third one. "
UNKNOWN = b"\xff\xff\xff\xff"


async def fetch(server, path, body=None, **headers):
    """(status, headers, body), with redirects followed."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers)

    def ask():
        with urllib.request.urlopen(request) as reply:
            return reply.status, reply.headers, reply.read()

    return await asyncio.to_thread(ask)


async def submit(server, text, encoding, rate=24_000):
    wish = {"text": text, "encoding": encoding, "sample_rate": rate}
    return f"/v1/jobs/{json.loads((await fetch(server, '/v1/jobs', wish))[2])['id']}"


async def test_who_listens_hears_a_stream_and_who_fetches_gets_a_file(gateway):
    async with gateway("pace=0.1") as server:
        job = await submit(server, TEXT * 2, "wav")
        _, _, heard = await fetch(server, f"{job}/stream")
        status, headers, file = await fetch(server, f"{job}/audio")
        again = (await fetch(server, f"{job}/stream"))[2]
        part = await fetch(server, f"{job}/audio", Range="bytes=0-43")

    assert (heard[4:8], heard[40:44], heard[44:]) == (UNKNOWN, UNKNOWN, pcm(TEXT * 2))
    assert (status, headers["Content-Length"], file[44:]) == (200, str(len(heard)), heard[44:])
    with wave.open(io.BytesIO(file)) as read:
        assert read.readframes(read.getnframes()) == pcm(TEXT * 2)
    assert again == file, "it is whole by now"
    assert (part[0], part[1]["Content-Range"], part[2]) == (206, f"bytes 0-43/{len(file)}", file[:44])


@pytest.mark.parametrize("encoding", ["wav", "flac", "mp3", "ogg_opus"])
async def test_a_file_of_minutes_tells_its_length(gateway, encoding):
    """As WAV, more than is held back until its end."""
    text = TEXT * 25
    async with gateway("pace=0") as server:
        job = await submit(server, text, encoding)
        told = json.loads((await fetch(server, f"{job}?wait=60"))[2])
        file = (await fetch(server, f"{job}/audio"))[2]

    seconds = len(pcm(text)) / 48_000
    assert told["audio"] == {"url": f"{job}/audio", "bytes": len(file), "seconds": pytest.approx(seconds, abs=0.001)}
    with av.open(io.BytesIO(file)) as read:
        assert (read.duration or 0) / av.time_base == pytest.approx(seconds, abs=0.007), "Ogg's start is counted"
