"""Who listens to a job while it is made, and then does not want it any more, pays for what was there to be heard."""

import asyncio
import itertools
import json
import signal
import urllib.request
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from gateway.accounts.keys import KeyStore
from gateway.accounts.usage import Ledger
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from loadtest.signature import BLOCK_BYTES, pcm

pytestmark = pytest.mark.slow

# 15 minutes: more than is spoken before any of these cancels, and more than goes into a session at once.
TEXT = "A sentence that is some seconds long, so that a listener has something to hear of it. " * 200
SECOND = 48_000  # bytes of audio
RAW = {"encoding": "pcm_s16le", "sample_rate": 24_000}
PLANS = "[plans.minutes]\nmonthly_minutes = 10\n"
numbers = itertools.count()


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/voxgate.db"
    return await request.getfixturevalue("postgres").new_database(f"heard-{next(numbers)}")


class Owner:
    """Of a key with minutes a month."""

    def __init__(self, secret, key_id, ledger, settings):
        self.settings = settings
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self._key_id = key_id
        self._ledger = ledger

    async def ask(self, server, method, path, **body):
        """The reply; what `path` names is below /v1/jobs."""
        data = json.dumps(body).encode() if body else None
        url = f"http://127.0.0.1:{server.port}/v1/jobs{path}"
        request = urllib.request.Request(url, data, self._headers, method=method)
        with await asyncio.to_thread(urllib.request.urlopen, request) as reply:
            return json.load(reply)

    async def submit(self, server, text=TEXT, **body):
        return (await self.ask(server, "POST", "", text=text, **RAW, **body))["id"]

    @asynccontextmanager
    async def listening(self, server, job_id):
        """Yields what is heard while the block runs, as it comes."""
        heard = bytearray()

        async def listen():
            async with aiohttp.ClientSession(headers=self._headers) as http:
                with suppress(aiohttp.ClientError):  # what is cancelled breaks off
                    async with http.get(f"http://127.0.0.1:{server.port}/v1/jobs/{job_id}/stream") as reply:
                        assert reply.status == 200
                        async for audio in reply.content.iter_any():
                            heard.extend(audio)

        task = asyncio.create_task(listen())
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled() or task.exception() is None

    async def paid(self):
        """(characters, seconds)"""
        spent = await self._ledger.spent(self._key_id)
        return spent.characters, spent.audio_ms / 1000


@pytest.fixture
async def owner(tmp_path, url):
    (tmp_path / "voxgate.toml").write_text(PLANS)
    database = await open_database(url)
    record, secret = await KeyStore(database).create("me", "minutes")
    settings = {"database_url": url, "config": tmp_path / "voxgate.toml"}
    yield Owner(secret, record.id, Ledger(Writing(database)), settings)
    await database.dispose()


async def test_who_cancels_what_he_has_heard_pays_what_he_has_heard(gateway, until, owner):
    async with gateway("pace=0.05", **owner.settings) as server:
        job_id = await owner.submit(server)
        async with owner.listening(server, job_id) as heard:
            await until(lambda: len(heard) > 30 * SECOND, 20.0, "half a minute")
            cancelled = await owner.ask(server, "POST", f"/{job_id}/cancel")
        characters, seconds = await owner.paid()

        assert pcm(TEXT).startswith(bytes(heard))
        assert len(heard) / SECOND <= seconds < len(pcm(TEXT)) / SECOND
        assert len(heard) / BLOCK_BYTES <= characters < len(TEXT)
        assert cancelled["spoken"] == characters


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_text_that_ends_its_job_when_most_of_it_was_heard_is_paid_as_if_it_were_cancelled(gateway, owner):
    async with gateway("pace=0.005", **owner.settings) as server:
        job_id = await owner.submit(server, f"<speak>{TEXT}<break", text_format="ssml")
        async with owner.listening(server, job_id) as heard:
            await ended(owner, server, job_id)
        characters, seconds = await owner.paid()

        assert (await owner.ask(server, "GET", f"/{job_id}"))["error"]["code"] == "invalid_text"
        assert 60 < len(heard) / SECOND <= seconds <= len(pcm(TEXT)) / SECOND
        assert len(heard) / BLOCK_BYTES <= characters <= len(TEXT) + len("<speak>")


async def test_what_was_heard_before_a_gateway_was_killed_is_paid_and_what_is_heard_again_is_not(gateway, until, owner):
    async with gateway("pace=0.05", expect=-signal.SIGKILL, **owner.settings) as server:
        job_id = await owner.submit(server)
        async with owner.listening(server, job_id) as heard:
            await until(lambda: len(heard) > 20 * SECOND, 20.0, "20 seconds")
            server.kill()
    async with gateway("pace=0.05", **owner.settings) as server:
        async with owner.listening(server, job_id) as again:
            await until(lambda: len(again) > 0, 30.0, "the next attempt")
            await owner.ask(server, "POST", f"/{job_id}/cancel")
        characters, seconds = await owner.paid()

        most = max(len(heard), len(again))
        assert pcm(TEXT).startswith(bytes(heard))
        assert pcm(TEXT).startswith(bytes(again))
        assert most / SECOND <= seconds < (len(heard) + len(again)) / SECOND
        assert most / BLOCK_BYTES <= characters < len(TEXT)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_while_the_database_does_not_answer_a_job_is_spoken_on_and_nothing_of_it_is_given_out(
    gateway, until, owner, postgres, tmp_path
):
    def parts():
        return len(list((tmp_path / "audio" / "jobs").glob("*/*/parts/*")))

    async with gateway("pace=0.05", **owner.settings) as server:
        job_id = await owner.submit(server)
        async with owner.listening(server, job_id) as heard:
            await until(lambda: len(heard) > 20 * SECOND, 20.0, "20 seconds")
            await asyncio.to_thread(postgres.stop)
            before = parts()
            await until(lambda: parts() > before, 20.0, "another part")
        in_vain = len(heard)
        await asyncio.to_thread(postgres.start)
        async with owner.listening(server, job_id) as again:
            await until(lambda: len(again) > in_vain, 20.0, "what was spoken meanwhile")
            cancelled = await owner.ask(server, "POST", f"/{job_id}/cancel")
        characters, seconds = await owner.paid()

        assert (cancelled["state"], cancelled["attempts"]) == ("cancelled", 1)
        assert pcm(TEXT).startswith(bytes(again))
        assert len(again) / SECOND <= seconds < len(pcm(TEXT)) / SECOND
        assert len(again) / BLOCK_BYTES <= characters < len(TEXT)


async def ended(owner, server, job_id):
    """Waits for it."""
    async with asyncio.timeout(30):
        while (await owner.ask(server, "GET", f"/{job_id}?wait=5"))["state"] in ("queued", "processing"):
            pass
