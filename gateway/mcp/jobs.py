"""The tools about jobs: how far one is, where its audio is, which there are."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from gateway.accounts.plans import Scope
from gateway.errors import InvalidSetting, NotReady
from gateway.jobs.job import Job, State
from gateway.mcp.caller import Caller
from gateway.mcp.speech import state
from gateway.mcp.tool import Answer, Tool
from gateway.ordering import view_of

JobId = Annotated[str, msgspec.Meta(description="from generate_speech or list_jobs")]
STATES = {
    "pending": (State.QUEUED,),
    "processing": (State.PROCESSING,),
    "completed": (State.COMPLETED,),
    "failed": (State.FAILED, State.CANCELLED),
}


class OfJob(msgspec.Struct, frozen=True):
    job_id: JobId


class ListJobs(msgspec.Struct, frozen=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=200, description="jobs in one answer")] = 20
    status: Annotated[str, msgspec.Meta(description=f"one of: {', '.join(STATES)}; empty: all")] = ""
    after: Annotated[str, msgspec.Meta(description="the next of the answer before")] = ""


async def show(caller: Caller, arguments: OfJob) -> Answer:
    job = await caller.jobs.find(caller.owner, arguments.job_id)
    return Answer({**await state(caller, job), "chars_spoken": job.spoken})


async def link(caller: Caller, arguments: OfJob) -> Answer:
    job = await caller.jobs.find(caller.owner, arguments.job_id)
    if job.audio is None:
        raise job.failure() if job.state.ended else NotReady("the job has no audio yet")
    said = await state(caller, job)
    return Answer({name: said[name] for name in ("job_id", "audio_url", "audio_url_expires_at", "audio_endpoint")})


async def listed(caller: Caller, arguments: ListJobs) -> Answer:
    """Newest first. Without the signed links, of which a page would have 200: get_audio_link has them."""
    if arguments.status and arguments.status not in STATES:
        raise InvalidSetting(f"status is one of: {', '.join(STATES)}")
    wanted = STATES[arguments.status] if arguments.status else ()
    page = await caller.jobs.list(caller.owner, states=wanted, limit=arguments.limit, after=arguments.after)
    return Answer({"jobs": [_summary(job) for job in page.jobs], "next": page.next or None})


async def text(caller: Caller, arguments: OfJob) -> Answer:
    said = await caller.jobs.text(caller.owner, arguments.job_id)
    return Answer({"job_id": arguments.job_id, "text": said})


async def delete(caller: Caller, arguments: OfJob) -> Answer:
    """A job is forgotten with its audio: an entry that leads to nothing helps nobody."""
    job = await caller.jobs.remove(caller.owner, arguments.job_id)
    return Answer({"job_id": job.id, "deleted": True})


def _summary(job: Job) -> dict[str, Any]:
    made = datetime.fromtimestamp(job.created_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "job_id": job.id,
        "status": next(name for name, states in STATES.items() if job.state in states),
        "voice_id": job.request.voice,
        "chars_charged": view_of(job).characters,
        "chars_spoken": job.spoken,
        "created_at": made,
        "duration_seconds": round(job.audio.seconds, 3) if job.audio else None,
    }


JOB_TOOLS = (
    Tool("get_job_status", "How far a job is; when it is completed, where its audio is.", Scope.STATUS, OfJob, show),
    Tool("get_audio_link", "A fresh URL of a completed job's audio, which needs no key.", Scope.STATUS, OfJob, link),
    Tool("list_jobs", "Your jobs, newest first.", Scope.READ_JOBS, ListJobs, listed),
    Tool("get_job_text", "The text that a job speaks.", Scope.READ_JOBS, OfJob, text),
    Tool(
        "delete_job_audio",
        "Delete a job with its audio and its text, for good; a job that is not finished is cancelled.",
        Scope.WRITE_JOBS,
        OfJob,
        delete,
        changes=True,
        destroys=True,
    ),
)
