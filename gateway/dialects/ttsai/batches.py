"""`POST /v1/tts/batch/`: up to 50 texts at once; `GET /v1/tts/batch/result/?batch_id=` tells how far they are.

Facts: the vendor's documentation, whose replies stop at the counts; the results stand beside them here.
"""

from typing import Literal
from uuid import UUID

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.desk.entries import BatchDesk
from gateway.dialects.desk.views import BatchView, Told, View
from gateway.dialects.desk.wanted import BatchWanted
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Request
from gateway.dialects.ttsai.replies import STATES, Status
from gateway.dialects.ttsai.speech import Body, error_of, wanted_of, whole
from gateway.errors import InvalidSetting

MOST = 50


class BatchBody(msgspec.Struct, frozen=True):
    """texts: each as the body of `/v1/tts/`."""

    texts: list[Body]
    webhook_url: str | None = None


class BatchItem(msgspec.Struct, frozen=True, omit_defaults=True):
    uuid: str
    status: Status
    credits_used: int = 0
    result_url: str = ""
    error: str = ""


class BatchReply(msgspec.Struct, frozen=True):
    """completed, failed: how many of total have ended so; status: processing until all have ended."""

    batch_id: str
    total: int
    completed: int
    failed: int
    status: Literal["processing", "completed"]
    results: tuple[BatchItem, ...] = ()


class Meant(msgspec.Struct, frozen=True):
    batch_id: str


BODY = msgspec.json.Decoder(BatchBody)


def parse(_request: Request, body: str) -> BatchWanted:
    asked = decode_json(BODY, body)
    if not 1 <= len(asked.texts) <= MOST:
        raise InvalidSetting(f"texts are 1 to {MOST} objects with text and voice")
    if any(each.webhook_url for each in asked.texts):
        raise InvalidSetting("webhook_url is the batch's, which tells of all its texts together")
    return BatchWanted(tuple(wanted_of(each) for each in asked.texts), asked.webhook_url or "")


def tell(batch: BatchView) -> Told:
    failed = batch.total - batch.left - batch.completed
    status: Literal["processing", "completed"] = "processing" if batch.left else "completed"
    items = tuple(map(_item, batch.jobs))
    return Told(BatchReply(UUID(batch.id).hex, batch.total, batch.completed, failed, status, items))


def id_of(request: Request) -> str:
    try:
        return str(UUID(request.query.get("batch_id", "")))
    except ValueError as error:
        raise InvalidSetting("batch_id is the batch's, as it was told") from error


def _item(job: View) -> BatchItem:
    error = error_of(job)
    return BatchItem(UUID(job.id).hex, STATES[job.state], 0 if error else whole(job.credits), job.link, error)


EXAMPLE = {"texts": [{"text": "Hello from TTS.ai!", "model": "kokoro", "voice": "af_bella"}]}
BATCHES = BatchDesk(
    parse,
    tell,
    id_of,
    "/v1/tts/batch/result/",
    Shape("Many texts at once", BatchBody, replies={200: BatchReply}, example=EXAMPLE),
    Shape("How far a batch has got", query=Meant, replies={200: BatchReply}),
)
