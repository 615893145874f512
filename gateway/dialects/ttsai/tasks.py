"""The webhook of one task or batch: `task.completed`, `task.failed`, to the `webhook_url` that it came with.

Facts: the vendor's documentation. A batch has succeeded when all of its texts have.
"""

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from gateway.dialects.desk.views import Outcome
from gateway.dialects.surface import Request
from gateway.dialects.ttsai.speech import whole
from gateway.errors import InvalidSetting

RESULTS = "/v1/results/{task_id}"


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """result_url: where the audio is, or how the batch ended. total, completed: of a batch's texts."""

    event: Literal["task.completed", "task.failed"]
    task_id: str
    status: Literal["success", "failed"]
    credits_used: int
    created_at: str
    completed_at: str
    result_url: str = ""
    error: str = ""
    total: int = 0
    completed: int = 0


def news(outcome: Outcome) -> tuple[str, Task]:
    name = UUID(outcome.id).hex
    failed = bool(outcome.error) or outcome.completed < outcome.total
    path = f"/v1/tts/batch/result/?batch_id={name}" if outcome.total else RESULTS.format(task_id=name)
    event: Literal["task.completed", "task.failed"] = "task.failed" if failed else "task.completed"
    return event, Task(
        event=event,
        task_id=name,
        status="failed" if failed else "success",
        credits_used=whole(outcome.credits),
        created_at=_moment(outcome.created_at),
        completed_at=_moment(outcome.ended_at),
        result_url="" if outcome.error else f"{outcome.origin}{path}",
        error=outcome.error,
        total=outcome.total,
        completed=outcome.completed,
    )


def task_of(request: Request) -> str:
    try:
        return str(UUID(request.path["task_id"]))
    except ValueError as error:
        raise InvalidSetting("a result has the id of its task") from error


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
