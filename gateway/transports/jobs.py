"""Our own way to jobs (docs/jobs.md): submit, list, look, wait, listen, cancel."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from aiohttp import hdrs, web

from gateway.accounts.plans import Scope
from gateway.dialects.native.http import SPEECH
from gateway.dialects.native.jobs import JobAudio, JobError, JobPage, JobText, Listed, ShownJob, Waiting
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shape import AUDIO, NOTHING, Shape
from gateway.dialects.surface import Settings
from gateway.door import Door, Visit
from gateway.errors import InvalidSetting, SpeechError
from gateway.jobs.job import Idempotency, Job, JobRequest, State
from gateway.jobs.jobs import Jobs
from gateway.library.store import content_type_of
from gateway.transports.bodies import body_of
from gateway.transports.request import abort, credentials_of, described, note_window, refuse, reply, tune
from gateway.transports.routes import Route, Vendor, add

ACCEPTED, SEE_OTHER_PLACE = 202, 307
LONGEST_WAIT = 60.0  # seconds; proxies give up after as long
RETRY_AFTER = "1"

SUBMIT = Shape(
    "A text to be spoken into a file",
    SPEECH.shape.body,
    Waiting,
    {ACCEPTED: ShownJob, 200: ShownJob},
    example={"text": "Hello there.", "encoding": "mp3"},
    headers=("Idempotency-Key",),
)
LIST = Shape("Jobs, the newest first", query=Listed, replies={200: JobPage})
SHOW = Shape("A job", query=Waiting, replies={200: ShownJob})
DELETE = Shape("Forget a job and its audio", replies={200: ShownJob})
CANCEL = Shape("Stop a job", replies={200: ShownJob})
TEXT = Shape("A job's text", replies={200: JobText})
TO_AUDIO = Shape("Where a job's audio is", replies={SEE_OTHER_PLACE: NOTHING})
STREAM = Shape("A job's audio while it is made", replies={200: AUDIO})

Answer = Callable[[Visit, web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class JobsTransport:
    door: Door
    jobs: Jobs
    settings: Settings

    def add_routes(self, app: web.Application) -> None:
        routes: list[tuple[str, str, Scope, Answer, Shape]] = [
            ("POST", "/v1/jobs", Scope.GENERATE, self._submit, SUBMIT),
            ("GET", "/v1/jobs", Scope.READ_JOBS, self._list, LIST),
            ("GET", "/v1/jobs/{id}", Scope.STATUS, self._show, SHOW),
            ("DELETE", "/v1/jobs/{id}", Scope.WRITE_JOBS, self._delete, DELETE),
            ("POST", "/v1/jobs/{id}/cancel", Scope.WRITE_JOBS, self._cancel, CANCEL),
            ("GET", "/v1/jobs/{id}/text", Scope.READ_JOBS, self._text, TEXT),
            ("GET", "/v1/jobs/{id}/audio", Scope.STATUS, self._audio, TO_AUDIO),
            ("GET", "/v1/jobs/{id}/stream", Scope.STATUS, self._stream, STREAM),
        ]
        for method, path, scope, answer, shape in routes:
            handler = partial(self._let_in, scope, answer)
            add(app, Vendor.of(NATIVE), [Route(method, path, handler, shape, head=shape is not STREAM)])

    async def _let_in(self, scope: Scope, answer: Answer, request: web.Request) -> web.StreamResponse:
        try:
            async with self.door.enter(credentials_of(request), scope, note_window(request), charged=True) as visit:
                return await answer(visit, request)
        except SpeechError as error:
            return refuse(request, error, NATIVE.refuse)

    async def _submit(self, visit: Visit, request: web.Request) -> web.Response:
        seconds = _seconds_to_wait(request)
        asked = SPEECH.parse(described(request, self.jobs.synth.catalog, self.settings), await body_of(request))
        key = request.headers.get("Idempotency-Key")
        idempotency = None if key is None else Idempotency(key)
        owner, charge = visit.account, visit.charge(len(asked.text))
        submitted = await self.jobs.submit(owner, JobRequest.of(asked.opened), asked.text, idempotency, charge)
        job = await self.jobs.wait_for(submitted.job, seconds)
        return _told(job, 200 if job.state.ended else ACCEPTED)

    async def _list(self, visit: Visit, request: web.Request) -> web.Response:
        query = request.query
        state = query.get("state")
        if state is not None and state not in list(State):
            raise InvalidSetting(f"state is one of: {', '.join(State)}")
        page = await self.jobs.list(
            visit.account,
            states=() if state is None else (State(state),),
            limit=_whole(query.get("limit", "20"), "limit"),
            after=query.get("after", ""),
        )
        return reply(JobPage(tuple(map(shown, page.jobs)), page.next or None))

    async def _show(self, visit: Visit, request: web.Request) -> web.Response:
        seconds = _seconds_to_wait(request)
        return _told(await self._wait(visit.account, await self._find(visit, request), seconds))

    async def _delete(self, visit: Visit, request: web.Request) -> web.Response:
        return _told(await self.jobs.remove(visit.account, request.match_info["id"]))

    async def _cancel(self, visit: Visit, request: web.Request) -> web.Response:
        return _told(await self.jobs.cancel(visit.account, request.match_info["id"]))

    async def _text(self, visit: Visit, request: web.Request) -> web.Response:
        return reply(JobText(await self.jobs.text(visit.account, request.match_info["id"])))

    async def _audio(self, visit: Visit, request: web.Request) -> web.Response:
        """To where it is kept, which needs no key and knows ranges; this path is good as long as the job is kept."""
        url = await self.jobs.audio_url(await self._find(visit, request))
        return web.Response(status=SEE_OTHER_PLACE, headers={hdrs.LOCATION: url, hdrs.CACHE_CONTROL: "no-store"})

    async def _stream(self, visit: Visit, request: web.Request) -> web.StreamResponse:
        return await follow(self.jobs, visit.account, await self._find(visit, request), request)

    async def _find(self, visit: Visit, request: web.Request) -> Job:
        return await self.jobs.find(visit.account, request.match_info["id"])

    async def _wait(self, owner: str, job: Job, seconds: float) -> Job:
        return await self.jobs.wait(owner, job.id, seconds) if seconds and not job.state.ended else job


async def follow(jobs: Jobs, owner: str, job: Job, request: web.Request) -> web.StreamResponse:
    """Its audio while it is made. What fails before the first byte is a refusal, afterwards a body that breaks off."""
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: content_type_of(job.request.file)})
    tune(request.transport)
    try:
        async for audio in jobs.follow(owner, job.id):
            if not response.prepared:
                await response.prepare(request)
            await response.write(audio)
    except SpeechError:
        if not response.prepared:
            raise
        abort(request.transport)
    return response


def shown(job: Job) -> ShownJob:
    """A job in our own JSON."""
    request, audio = job.request, job.audio
    return ShownJob(
        id=job.id,
        state=job.state.value,
        voice=request.voice or None,
        encoding=request.output.encoding,
        characters=job.characters,
        spoken=job.spoken,
        heard_seconds=round(job.heard.seconds, 3),
        attempts=job.attempts,
        created_at=_moment(job.created_at),
        started_at=_moment(job.started_at),
        finished_at=_moment(job.finished_at),
        audio=JobAudio(f"/v1/jobs/{job.id}/audio", audio.size, round(audio.seconds, 3)) if audio else None,
        error=JobError(job.error.code, job.error.message) if job.error else None,
    )


def _told(job: Job, status: int = 200) -> web.Response:
    headers: dict[str, str] = {} if job.state.ended else {hdrs.RETRY_AFTER: RETRY_AFTER}
    if status == ACCEPTED:
        headers[hdrs.LOCATION] = f"/v1/jobs/{job.id}"
    return reply(shown(job), status, headers)


def _seconds_to_wait(request: web.Request) -> float:
    seconds = _number(request.query.get("wait", "0"), "wait")
    if not 0 <= seconds <= LONGEST_WAIT:
        raise InvalidSetting(f"wait is from 0 to {LONGEST_WAIT:g} seconds")
    return seconds


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _whole(text: str, name: str) -> int:
    number = _number(text, name)
    if not number.is_integer():
        raise InvalidSetting(f"{name} is a whole number")
    return int(number)


def _number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InvalidSetting(f"{name} is a number")
    return number
