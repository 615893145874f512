"""`POST /v1/tts/` queues a job, `GET /v1/speech/results/?uuid=` tells of it, without a key as at the vendor.

A job has two names there, both are the same one here: `uuid` is written without hyphens.
"""

from uuid import UUID

import msgspec

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.dialects import decode_json
from gateway.dialects.desk import Month, Told, View, Wanted
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

ENCODINGS = {"mp3": "mp3", "wav": "wav", "flac": "flac", "ogg": "ogg_opus"}
SLOWEST, FASTEST = 0.5, 2.0


class Body(msgspec.Struct, frozen=True):
    """model chooses among the vendor's; here the voice does."""

    text: str
    voice: str = ""
    model: str | None = None
    format: str = "mp3"
    speed: float = 1.0
    language: str | None = None
    stream: bool = False


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Wanted:
    asked = decode_json(BODY, body)
    if asked.format not in ENCODINGS:
        raise InvalidSetting(f"format is one of: {', '.join(ENCODINGS)}")
    if not SLOWEST <= asked.speed <= FASTEST:
        raise InvalidSetting(f"speed is from {SLOWEST} to {FASTEST}")
    output = AudioFormat(ENCODINGS[asked.format])
    return Wanted(
        OpenContext("", asked.voice, asked.language or "", asked.speed, output=output, max_lead=0), asked.text
    )


def tell(job: View, _request: Request, month: Month) -> Told:
    used = {"credits_used": job.characters, "credits_remaining": _remaining(month)}
    names = {"uuid": UUID(job.id).hex, "job_id": job.id}
    return Told({**names, "status": "queued", **used}, headers={"X-Credits-Used": str(job.characters)})


def tell_state(job: View, _request: Request, _month: Month) -> Told:
    if not job.ended:
        return Told({"status": job.state})
    if job.state == "completed":
        return Told({"status": "completed", "result_url": job.link})
    return Told({"status": "failed", "error": job.message or "the job was cancelled"})


def _remaining(month: Month) -> int | None:
    return max(0, month.most_characters - month.characters) if month.most_characters else None


def job_of(request: Request) -> str:
    try:
        return str(UUID(request.query.get("uuid", "")))
    except ValueError as error:
        raise InvalidSetting("uuid is the job's, as it was told") from error
