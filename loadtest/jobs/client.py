"""A client of jobs that never gives up: whatever fails is sent again, with the same idempotency key."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import count
from typing import Any

import aiohttp

PAUSE = 0.05  # seconds
AGAIN = (408, 409, 429, 500, 502, 503)  # what a client may send again
PAGE = 200


class JobsClient:
    """Asks one gateway after the other."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str]) -> None:
        self._http = http
        self._urls = urls
        self._turn = count()

    async def submit(self, key: str, body: Mapping[str, Any]) -> str:
        """The id of the job that was accepted."""
        while True:
            status, reply = await self._ask("POST", "/v1/jobs", json=body, headers={"Idempotency-Key": key})
            if status in (200, 202):
                return str(reply["id"])

    async def cancel(self, job_id: str) -> None:
        await self._ask("POST", f"/v1/jobs/{job_id}/cancel")

    async def listen(self, job_id: str) -> AsyncIterator[bytes]:
        """What a gateway gives of it while it is made, until it breaks off."""
        try:
            async with self._http.get(f"{self._next_url()}/v1/jobs/{job_id}/stream") as reply:
                if reply.status == 200:
                    async for audio in reply.content.iter_any():
                        yield audio
        except (aiohttp.ClientError, OSError):
            return

    async def set_webhook(self, url: str) -> str:
        """The secret that signs."""
        _, reply = await self._ask("PUT", "/v1/webhook", json={"url": url, "rotate": True})
        return str(reply["secret"])

    async def all(self) -> AsyncIterator[dict[str, Any]]:
        """Every job, newest first."""
        after = ""
        while after is not None:
            _, page = await self._ask("GET", f"/v1/jobs?limit={PAGE}&after={after}")
            for job in page["jobs"]:
                yield job
            after = page["next"]

    async def audio(self, job_id: str) -> bytes:
        """As a listener fetches it: by the durable path, which leads to a signed URL."""
        while True:
            try:
                async with self._http.get(f"{self._next_url()}/v1/jobs/{job_id}/audio") as reply:
                    if reply.status == 200:
                        return await reply.read()
            except (aiohttp.ClientError, OSError):
                pass  # asked again below
            await asyncio.sleep(PAUSE)

    async def _ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """An answer, of whichever gateway gives one. RuntimeError for one that no client should get."""
        while True:
            try:
                async with self._http.request(method, self._next_url() + path, **options) as reply:
                    if reply.status not in AGAIN:
                        if reply.status >= 300:
                            raise RuntimeError(f"{method} {path}: {reply.status} {await reply.text()}")
                        return reply.status, await reply.json()
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # asked again below
            await asyncio.sleep(PAUSE)

    def _next_url(self) -> str:
        return self._urls[next(self._turn) % len(self._urls)]
