"""TTSBuddy: one resource, `/v1/agent-tts`. POST waits about ten seconds for the audio, then says where to ask again.

Facts: the vendor's API reference. MP3 only. Fast voices (`st_...`) are spoken no faster than they are. Those of the
vendor's voices that this server has not are spoken by the nearest that it has. A credit of the operator's is a cent.
"""

import math
import re

import msgspec

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.dialects import decode_json
from gateway.dialects.desk.views import Month, Told, View
from gateway.dialects.desk.wanted import Wanted
from gateway.dialects.surface import Refusal, Request
from gateway.dialects.ttsbuddy.replies import (
    Audio,
    Billing,
    Completed,
    Details,
    Error,
    ErrorReply,
    Failed,
    Meta,
    Processing,
)
from gateway.errors import (
    Code,
    Forbidden,
    InvalidSetting,
    QuotaExceeded,
    RateLimited,
    SpeechError,
    TextTooLong,
    TooManyAtOnce,
    Unauthenticated,
    UnknownJob,
)

PATH = "/v1/agent-tts"
VERSION = "2026-04"
INLINE = 10.0  # seconds that a POST waits
RETRY_AFTER = 5
DEFAULT_VOICE = "af_heart"
VOICE = re.compile(r"[a-z]{2}_[a-z0-9]{1,40}")
SLOWEST, FASTEST, FAST_VOICES = 0.5, 1.5, "st_"
# What the vendor calls each error, and the status; by what it is first, then by its canonical code.
CODES: tuple[tuple[type[SpeechError], str, int], ...] = (
    (Unauthenticated, "INVALID_KEY", 401),
    (Forbidden, "NO_API_ACCESS", 403),
    (QuotaExceeded, "USAGE_LIMIT_EXCEEDED", 403),
    (RateLimited, "RATE_LIMITED", 429),
    (TooManyAtOnce, "RATE_LIMITED", 429),
    (TextTooLong, "TEXT_TOO_LONG", 400),
    (UnknownJob, "NOT_FOUND", 404),
)
BY_CODE = {
    Code.INVALID_ARGUMENT: ("INVALID_REQUEST", 400),
    Code.NOT_FOUND: ("INVALID_REQUEST", 400),
    Code.FAILED_PRECONDITION: ("INVALID_REQUEST", 409),
    Code.RESOURCE_EXHAUSTED: ("RATE_LIMITED", 429),
    Code.UNAVAILABLE: ("TTS_PROVIDER_ERROR", 502),
    Code.ABORTED: ("TTS_PROVIDER_ERROR", 502),
    Code.UNIMPLEMENTED: ("NOT_IMPLEMENTED", 501),
}


class Body(msgspec.Struct, frozen=True):
    text: str
    voice: str = DEFAULT_VOICE
    speed: float = 1.0
    language: str = ""


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Wanted:
    asked = decode_json(BODY, body)
    if not VOICE.fullmatch(asked.voice):
        raise InvalidSetting("voice is a voice id like af_heart")
    if not SLOWEST <= asked.speed <= FASTEST:
        raise InvalidSetting(f"speed is from {SLOWEST} to {FASTEST}")
    speed = min(asked.speed, 1.0) if asked.voice.startswith(FAST_VOICES) else asked.speed
    opened = OpenContext("", asked.voice, asked.language, speed, output=AudioFormat("mp3"), max_lead=0)
    return Wanted(opened, asked.text, wait=INLINE)


def tell(job: View, request: Request, month: Month) -> Told:
    if job.state == "completed":
        return Told(_completed(job, request, month))
    if job.ended:
        error = Error("TTS_PROVIDER_ERROR", f"{job.message}. Use a new Idempotency-Key.")
        return Told(Failed(success=False, job_id=job.id, error=error, meta=_meta(request)))
    waiting = Processing(
        success=True,
        job_id=job.id,
        status_url=f"{PATH}?id={job.id}",
        retry_after_seconds=RETRY_AFTER,
        meta=_meta(request),
    )
    return Told(waiting, 200 if "id" in request.query else 202, {"Retry-After": str(RETRY_AFTER)})


def refuse(error: SpeechError, request_id: str) -> Refusal:
    code, status = _code_of(error)
    quota = error.quota if isinstance(error, QuotaExceeded) else None
    details = Details(quota.limit, round(quota.used, 2)) if quota else None
    told = Error(code, error.message, details)
    return Refusal(status, ErrorReply(success=False, error=told, meta=Meta(request_id, VERSION)))


def refuse_unnamed(error: SpeechError) -> Refusal:
    return refuse(error, "")


def _completed(job: View, request: Request, month: Month) -> Completed:
    assert job.finished_at is not None, "it is completed"
    return Completed(
        success=True,
        job_id=job.id,
        audio_url=job.link,
        audio=Audio(round(job.seconds or 0.0, 2), "mp3", job.opened.voice, job.opened.speed),
        billing=_billing(job, month),
        meta=_meta(request, round(1000 * (job.finished_at - job.created_at))),
    )


def _billing(job: View, month: Month) -> Billing:
    left = max(0.0, month.most_minutes - month.minutes) if month.most_minutes else None
    return Billing(
        mode="subscription",
        estimated_cost_cents=math.ceil(job.credits),
        monthly_minutes_used=round(month.minutes, 2),
        monthly_minutes_limit=month.most_minutes or None,
        monthly_minutes_remaining=None if left is None else round(left, 2),
    )


def _meta(request: Request, milliseconds: int | None = None) -> Meta:
    return Meta(request.id, VERSION, milliseconds)


def _code_of(error: SpeechError) -> tuple[str, int]:
    for kind, code, status in CODES:
        if isinstance(error, kind):
            return code, status
    return BY_CODE.get(error.code, ("INTERNAL_ERROR", 500))


def job_of(request: Request) -> str:
    if not request.query.get("id"):
        raise InvalidSetting("id is the job's")
    return request.query["id"]
