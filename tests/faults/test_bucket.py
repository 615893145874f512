"""Audio in a bucket: an S3 server of another make, over HTTP."""

import asyncio
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import wave

import pytest
from obstore.store import S3Store

from gateway.library.links import Links
from gateway.library.store import AudioStore
from loadtest.processes import free_port
from loadtest.signature import pcm

pytestmark = pytest.mark.slow

TEXT = "A first sentence that is some seconds long. And a second one is on its way. And a third one. "
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "voxgate", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


class Bucket:
    def __init__(self, port):
        self.endpoint = f"http://127.0.0.1:{port}"
        self._port = port
        self._server = None

    def start(self):
        command = [sys.executable, "-m", "moto.server", "-p", str(self._port)]
        self._server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self._server.kill()
        self._server.wait()

    def make(self):
        """Whether the server is there, and the bucket with it."""
        return self._does("PUT", "audio")

    def make_anew(self):
        """The same, and nothing else in it."""
        return self._does("POST", "moto-api/reset") and self.make()

    def _does(self, method, path):
        request = urllib.request.Request(f"{self.endpoint}/{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=2) as reply:
                return reply.status == 200
        except OSError:
            return False

    @property
    def environ(self):
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint, "AWS_ALLOW_HTTP": "true"}

    @property
    def store(self):
        kept = S3Store(
            "audio",
            prefix="kept",
            region="us-east-1",
            client_options={"allow_http": True},
            endpoint=self.endpoint,
            access_key_id="voxgate",
            secret_access_key="secret",
        )
        return AudioStore(kept, Links(b"secret"))

    async def names(self):
        """Of what belongs to jobs."""
        return [path.rpartition("/")[2] for path in await self.store.list("jobs")]


@pytest.fixture(scope="module")
def bucket_server():
    """One for all tests: it takes seconds to start."""
    made = Bucket(free_port())
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
async def bucket(bucket_server, until):
    await until(bucket_server.make_anew, 30.0, "the bucket")
    return bucket_server


@pytest.fixture
def with_bucket(bucket, gateway, monkeypatch):
    for name, value in bucket.environ.items():
        monkeypatch.setenv(name, value)
    return lambda *options, **settings: gateway(*options, audio_url="s3://audio/kept", **settings)


async def asked(server, path, method="GET", body=None, headers=None):
    """(status, headers, body), with redirects followed."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers or {}, method=method)

    def ask():
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    return await asyncio.to_thread(ask)


async def submit(server, text, **wish):
    wish = {"encoding": "pcm_s16le", "sample_rate": 24_000} | wish
    status, _, body = await asked(server, "/v1/jobs", "POST", {"text": text} | wish)
    assert status == 202, body
    return json.loads(body)["id"]


def state(server, job_id):
    return json.loads(server.get(f"/v1/jobs/{job_id}")[1])["state"]


async def test_a_job_in_a_bucket_is_heard_by_signed_links_and_in_ranges_and_can_be_removed(bucket, with_bucket, until):
    async with with_bucket("pace=0.05") as server:
        job_id = await submit(server, TEXT)
        heard = await asked(server, f"/v1/jobs/{job_id}/stream")
        await until(lambda: state(server, job_id) == "completed", 20.0)
        status, headers, body = await asked(server, f"/v1/jobs/{job_id}/audio")
        assert (status, headers["Content-Type"], body) == (200, "audio/pcm", pcm(TEXT))
        assert heard[2] == pcm(TEXT)

        status, headers, part = await asked(server, f"/v1/jobs/{job_id}/audio", headers={"Range": "bytes=1000-1999"})
        assert (status, part) == (206, pcm(TEXT)[1000:2000])
        assert headers["Content-Range"] == f"bytes 1000-1999/{len(pcm(TEXT))}"
        assert await bucket.names() == ["audio.pcm"], "and no parts"

        assert (await asked(server, f"/v1/jobs/{job_id}", "DELETE"))[0] == 200
        assert await bucket.names() == []


async def test_a_link_is_good_for_its_time_only_and_for_its_file_only(bucket):
    """Signed for GET: nothing else may be done with it. (Whether a link is too old is for the bucket to judge.)"""
    await bucket.store.put("jobs/a/audio.mp3", b"0123456789")
    link = await bucket.store.url("jobs/a/audio.mp3", 60.0)

    assert link.startswith(f"{bucket.endpoint}/audio/kept/jobs/a/audio.mp3?")
    assert "X-Amz-Expires=60" in link
    with await asyncio.to_thread(urllib.request.urlopen, link) as reply:
        assert (reply.headers["Content-Type"], reply.read()) == ("audio/mpeg", b"0123456789")


async def test_a_gateway_that_is_killed_leaves_no_half_file_in_a_bucket(bucket, with_bucket, until):
    text = TEXT * 3
    async with with_bucket("pace=0.3", expect=-9) as server:
        job_id = await submit(server, text)
        await until(bucket_has_parts(bucket), 20.0, "a first part")
        server.kill()
    assert "audio.pcm" not in await bucket.names()

    async with with_bucket("pace=0") as server:
        await until(lambda: state(server, job_id) == "completed", 30.0)
        assert (await asked(server, f"/v1/jobs/{job_id}/audio"))[2] == pcm(text)
        assert await bucket.names() == ["audio.pcm"]


async def test_a_wav_in_a_bucket_tells_its_length(bucket, with_bucket, until):
    for text in (TEXT, TEXT * 25):  # of less than a part, and of more
        async with with_bucket("pace=0") as server:
            job_id = await submit(server, text, encoding="wav")
            await until(lambda server=server, job_id=job_id: state(server, job_id) == "completed", 60.0)
            _, headers, body = await asked(server, f"/v1/jobs/{job_id}/audio")
        with wave.open(io.BytesIO(body)) as file:
            assert file.readframes(file.getnframes()) == pcm(text)
        assert headers["Content-Type"] == "audio/wav"
        assert int.from_bytes(body[4:8], "little") == len(body) - 8 == int(headers["Content-Length"]) - 8
    assert await bucket.names() == ["audio.wav"] * 2


async def test_more_than_a_part_of_an_upload_is_whole_and_a_bucket_that_is_away_is_waited_for(
    bucket, with_bucket, until
):
    text = TEXT * 25  # 5.9 MB: two parts of a multipart upload
    async with with_bucket("pace=0") as server:
        job_id = await submit(server, text)
        await until(lambda: state(server, job_id) == "completed", 60.0)
        assert (await asked(server, f"/v1/jobs/{job_id}/audio"))[2] == pcm(text)

        bucket.stop()
        job_id = await submit(server, TEXT)
        await until(lambda: server.metric("jobs_retried_total") > 0, 60.0, "another try")
        bucket.start()
        await until(bucket.make, 30.0)
        await until(lambda: state(server, job_id) == "completed", 60.0)
        assert (await asked(server, f"/v1/jobs/{job_id}/audio"))[2] == pcm(TEXT)


def bucket_has_parts(bucket):
    """Asked of the server itself, since the test must not wait in a coroutine here."""
    listing = f"{bucket.endpoint}/audio?list-type=2&prefix=kept/jobs"

    def holds():
        with urllib.request.urlopen(listing) as reply:
            return b"/parts/" in reply.read()

    return holds
