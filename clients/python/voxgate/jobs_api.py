"""The gateway's jobs over HTTP: what `voxgate jobs` and `voxgate speak-file` ask for."""

import re
from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from voxgate.errors import SpeechError, connect_failed, connection_refused
from voxgate.events import ErrorDetail
from voxgate.options import Server
from voxgate.voices import http_url

TIMEOUT = 30.0  # seconds without a byte; longer than any wait that we ask for
CONNECT = 10.0
BLOCK = 64 * 1024  # bytes
PARTIAL, NOTHING_THERE = 206, 416
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")  # of a part: where it begins, and of how many bytes it is a part
State = Literal["queued", "processing", "completed", "failed", "cancelled"]
ENDED = ("completed", "failed", "cancelled")
Got = TypeVar("Got")


class Audio(msgspec.Struct, frozen=True):
    url: str
    bytes: int
    seconds: float


class Problem(msgspec.Struct, frozen=True):
    code: str
    message: str


class Job(msgspec.Struct, frozen=True):
    """spoken: of its characters."""

    id: str
    state: State
    encoding: str
    characters: int
    spoken: int
    attempts: int = 0
    voice: str | None = None
    created_at: str | None = None
    audio: Audio | None = None
    error: Problem | None = None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Page(msgspec.Struct, frozen=True):
    """next: what the following page is asked for with."""

    jobs: tuple[Job, ...]
    next: str | None = None


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text, and how it is spoken: the body of POST /v1/jobs."""

    text: str
    encoding: str
    voice: str = ""
    language: str = ""
    speed: float | None = None
    pitch: float | None = None
    sample_rate: int = 0
    bit_rate: int = 0
    text_format: str = "plain"
    latency: str = "balanced"
    pronunciations: tuple[Any, ...] = ()


class _Text(msgspec.Struct):
    text: str


class _Refusal(msgspec.Struct):
    error: ErrorDetail


class JobsApi:
    """For `async with`. Everything raises SpeechError."""

    def __init__(self, server: Server) -> None:
        self._url = http_url(server.url)
        self._headers = {"Authorization": f"Bearer {server.api_key}"} if server.api_key else {}

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=TIMEOUT)
        self._http = aiohttp.ClientSession(headers=self._headers, timeout=timeout, trust_env=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def submit(self, wanted: Wanted, key: str = "") -> Job:
        """key: the same request with the same key is one job."""
        body = msgspec.json.encode(wanted)
        return await self._ask("POST", "/v1/jobs", Job, body=body, headers={"Idempotency-Key": key} if key else {})

    async def show(self, job_id: str, wait: float = 0.0) -> Job:
        """wait: seconds for which the answer may wait for the end."""
        return await self._ask("GET", f"/v1/jobs/{_quoted(job_id)}", Job, query={"wait": f"{wait:g}"})

    async def list(self, *, state: str | None = None, limit: int = 20, after: str = "") -> Page:
        query = {"limit": str(limit), **({"state": state} if state else {}), **({"after": after} if after else {})}
        return await self._ask("GET", "/v1/jobs", Page, query=query)

    async def text(self, job_id: str) -> str:
        return (await self._ask("GET", f"/v1/jobs/{_quoted(job_id)}/text", _Text)).text

    async def cancel(self, job_id: str) -> Job:
        return await self._ask("POST", f"/v1/jobs/{_quoted(job_id)}/cancel", Job)

    async def remove(self, job_id: str) -> Job:
        return await self._ask("DELETE", f"/v1/jobs/{_quoted(job_id)}", Job)

    async def audio(self, job_id: str, start: int, whole: int) -> AsyncIterator[bytes]:
        """What it said, from byte `start` of `whole` on. A reply that says of itself that it is something else (a
        hotel's page, say) is refused, and it may be asked for again.
        """
        url, headers = f"{self._url}/v1/jobs/{_quoted(job_id)}/audio", {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        try:
            async with self._http.get(url, headers=headers) as reply:
                if reply.status == NOTHING_THERE:  # all of it is here already
                    return
                if reply.status not in (200, PARTIAL):
                    raise _refused(reply.status, await reply.read())
                skip = start - _beginning(reply, start, whole)
                async for chunk in reply.content.iter_chunked(BLOCK):
                    if rest := chunk[skip:]:
                        yield rest
                    skip = max(0, skip - len(chunk))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise connect_failed(self._url, error) from error

    async def _ask(
        self,
        method: str,
        path: str,
        kind: type[Got],
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Got:
        data = None if body is None else BytesIO(body)  # a book is no single write
        try:
            async with self._http.request(method, self._url + path, params=query, data=data, headers=headers) as reply:
                said = await reply.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise connect_failed(self._url, error) from error
        if reply.status >= 400:
            raise _refused(reply.status, said)
        try:
            return msgspec.json.decode(said, type=kind)
        except msgspec.MsgspecError as error:
            message = f"{self._url} is not a Voxgate gateway: {error}"
            raise SpeechError("INTERNAL", "invalid_reply", message) from error


def _beginning(reply: aiohttp.ClientResponse, start: int, whole: int) -> int:
    """The byte at which the reply begins: what stands between may know no ranges. Raises SpeechError."""
    if reply.status == PARTIAL:
        said = RANGE.fullmatch(reply.headers.get("Content-Range", ""))
        begins, size = map(int, said.groups()) if said else (None, None)
    else:
        begins, size = 0, reply.content_length
    if size != whole or begins is None or begins not in (0, start):
        message = f"{reply.url.host} answered with something that is not the job's audio"
        raise SpeechError("UNAVAILABLE", "invalid_reply", message, retryable=True)
    return begins


def _refused(status: int, body: bytes) -> SpeechError:
    try:
        return SpeechError.of(msgspec.json.decode(body, type=_Refusal).error)
    except msgspec.MsgspecError:
        return connection_refused(status, "")


def _quoted(job_id: str) -> str:
    return quote(job_id, safe="")
