"""Between the hosted APIs' words and jobs: what a client wants as a job, and a job as its dialect tells of it."""

import hashlib
from dataclasses import replace

import msgspec

from gateway.dialects.desk.views import View
from gateway.dialects.desk.wanted import BatchWanted, Note, Wanted
from gateway.dialects.prices import credits_of
from gateway.dialects.surface import Request
from gateway.jobs.job import Idempotency, Job, JobRequest, digest_of


def order_of(asked: Request, wanted: Wanted, delivery: str, *, webhook_url: str = "", batch: str = "") -> JobRequest:
    """webhook_url: checked."""
    note = Note(
        wanted.characters,
        credits_of(asked, wanted.opened, wanted.charged),
        asked.origin,
        webhook_url,
        wanted.metadata,
        batch,
    )
    return JobRequest.of(wanted.opened, delivery=delivery, extra=msgspec.to_builtins(note), urgent=wanted.stream)


def idempotency_of(key: str | None, wanted: Wanted, delivery: str) -> Idempotency | None:
    """Of what the client sent: neither a price nor the server's name makes it another request."""
    if key is None:
        return None
    extra = {"webhook_url": wanted.webhook_url, "metadata": wanted.metadata}
    asked = JobRequest.of(wanted.opened, delivery=delivery, extra=extra, urgent=wanted.stream)
    return Idempotency(key, digest_of(asked, wanted.text))


def idempotency_of_batch(key: str | None, wanted: BatchWanted, delivery: str) -> Idempotency | None:
    """Of all that the client sent."""
    if key is None:
        return None
    each = [idempotency_of(key, item, delivery) for item in wanted.items]
    told = [wanted.webhook_url, *(item.digest for item in each if item is not None)]
    return Idempotency(key, hashlib.sha256(msgspec.json.encode(["batch", *told])).hexdigest())


def view_of(job: Job, *, link: str = "", link_until: float = 0.0, stream: str = "") -> View:
    note = note_of(job.request)
    view = View(
        job.id,
        job.state,
        job.request.open_context(),
        job.characters if note.characters is None else note.characters,
        job.spoken,
        job.created_at,
        job.finished_at,
        job.audio.seconds if job.audio else None,
        job.audio.size if job.audio else None,
        error=job.error.code if job.error else "",
        message=job.error.message if job.error else "",
        credits=note.credits,
    )
    return replace(view, link=link, link_until=link_until, stream=stream)


def note_of(request: JobRequest) -> Note:
    return msgspec.convert(request.extra, Note)
