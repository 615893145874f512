"""What a job's end is to its owner's webhook: written with the end, so that neither is without the other.

The form is AI TTS Microservice's, whose signature our webhooks have too. A job's own `webhook_url` and `metadata`,
which a translator leaves in its request's `extra`, are heeded.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.jobs.ending import Ended
from gateway.jobs.job import State
from gateway.webhooks.outbox import News, enqueue

EVENTS = {State.COMPLETED: "job.completed", State.FAILED: "job.failed"}  # who cancels a job knows


async def announce(connection: AsyncConnection, ended: Ended) -> None:
    event = EVENTS.get(ended.how.state)
    if event is not None:
        news = News(ended.owner, event, body_of(event, ended), ended.request.extra.get("webhook_url", ""))
        await enqueue(connection, news, ended.at)


def body_of(event: str, ended: Ended) -> dict[str, Any]:
    data: dict[str, Any] = {"job_id": ended.id, "status": ended.how.state, "chars_charged": ended.characters}
    if ended.how.audio is not None:
        data["audio_endpoint"] = f"/v1/jobs/{ended.id}/audio"
    if ended.how.error is not None:
        data["error"] = {"code": ended.how.error.code, "message": ended.how.error.message}
    if "metadata" in ended.request.extra:
        data["metadata"] = ended.request.extra["metadata"]
    return {"event": event, "created_at": datetime.fromtimestamp(ended.at, UTC).isoformat(), "data": data}
