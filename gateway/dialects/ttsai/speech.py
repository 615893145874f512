"""`POST /v1/tts/` queues a job, `GET /v1/speech/results/?uuid=` tells of it, without a key as at the vendor.

A job has two names there, both are the same one here: `uuid` is written without hyphens.
"""

import math
from uuid import UUID

import msgspec

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.dialects import decode_json
from gateway.dialects.desk.views import Month, Told, View
from gateway.dialects.desk.wanted import Wanted
from gateway.dialects.surface import Request
from gateway.dialects.ttsai.replies import STATES, Queued, Result
from gateway.errors import InvalidSetting, NotImplementedHere

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
    webhook_url: str | None = None


class OfUser(Body, frozen=True):
    """Also with a voice that somebody has cloned, which is not described, since no such voice can be had here."""

    user_voice_id: str | None = None


BODY = msgspec.json.Decoder(OfUser)


def parse(_request: Request, body: str) -> Wanted:
    asked = decode_json(BODY, body)
    if asked.user_voice_id:
        raise NotImplementedHere("this server has no voice cloning, and so no voices of users")
    return wanted_of(asked)


def wanted_of(asked: Body) -> Wanted:
    """Raises InvalidSetting."""
    if asked.format not in ENCODINGS:
        raise InvalidSetting(f"format is one of: {', '.join(ENCODINGS)}")
    if not SLOWEST <= asked.speed <= FASTEST:
        raise InvalidSetting(f"speed is from {SLOWEST} to {FASTEST}")
    output = AudioFormat(ENCODINGS[asked.format])
    opened = OpenContext("", asked.voice, asked.language or "", asked.speed, output=output, max_lead=0)
    return Wanted(opened, asked.text, webhook_url=asked.webhook_url or "")


def tell(job: View, _request: Request, month: Month) -> Told:
    used = whole(job.credits)
    queued = Queued(UUID(job.id).hex, job.id, "queued", used, _remaining(job, month))
    return Told(queued, headers={"X-Credits-Used": str(used)})


def tell_state(job: View, _request: Request, _month: Month) -> Told:
    return Told(Result(STATES[job.state], job.link, error_of(job)))


def error_of(job: View) -> str:
    """Of one that has ended without audio; else empty."""
    return "" if job.state == "completed" or not job.ended else job.message or "the job was cancelled"


def whole(cost: float) -> int:
    """The vendor has no parts of a credit."""
    return math.ceil(cost)


def _remaining(job: View, month: Month) -> int | None:
    """What the characters that are left of the month would cost with this voice; None: nothing bounds them."""
    if not (month.most_characters and job.credits and job.characters):
        return None
    left = max(0, month.most_characters - month.characters)
    return math.floor(left * job.credits / job.characters)


def job_of(request: Request) -> str:
    try:
        return str(UUID(request.query.get("uuid", "")))
    except ValueError as error:
        raise InvalidSetting("uuid is the job's, as it was told") from error
