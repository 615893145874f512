"""The tools about jobs: how far one is, where its audio is, which there are."""

from typing import Annotated

import msgspec

from gateway.accounts.plans import Scope
from gateway.dialects.aitts.surface import AITTS
from gateway.errors import NotReady
from gateway.jobs.job import State
from gateway.mcp.caller import Caller
from gateway.mcp.speech import BASE, data_of, state
from gateway.mcp.tool import Answer, Tool
from gateway.ordering import view_of

JobId = Annotated[str, msgspec.Meta(description="from generate_speech or list_jobs")]


class OfJob(msgspec.Struct, frozen=True):
    job_id: JobId


class ListJobs(msgspec.Struct, frozen=True):
    """As the query of AI TTS's `GET /jobs`."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100, description="jobs in one answer")] = 20
    status: Annotated[str, msgspec.Meta(description="pending, processing, completed or failed; empty: all")] = ""
    cursor: Annotated[str, msgspec.Meta(description="the answer before's next_cursor")] = ""


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
    """Newest first. Without the signed links, of which a page would have a hundred: get_audio_link has them."""
    shelf = AITTS.shelves[f"{BASE}/jobs"]
    asked = caller.asking(query={name: str(value) for name, value in msgspec.structs.asdict(arguments).items()})
    chosen = shelf.choose(asked)
    states = [State(state) for state in chosen.states]
    page = await caller.jobs.list(caller.owner, states=states, limit=chosen.limit, after=chosen.after)
    return Answer(data_of(shelf.tell([view_of(job) for job in page.jobs], page.next, asked).body))


async def text(caller: Caller, arguments: OfJob) -> Answer:
    job = await caller.jobs.find(caller.owner, arguments.job_id)
    said = await caller.jobs.text(caller.owner, arguments.job_id)
    return Answer(data_of(AITTS.readings[f"{BASE}/jobs/{{job_id}}/text"].tell(view_of(job), said).body))


async def delete(caller: Caller, arguments: OfJob) -> Answer:
    """A job is forgotten with its audio: an entry that leads to nothing helps nobody."""
    job = await caller.jobs.remove(caller.owner, arguments.job_id)
    return Answer({"job_id": job.id, "deleted": True})


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
