"""AI TTS Microservice: `/api/v1/tts`. A job at once, its audio later or while it is made.

Facts: the vendor's tutorial and code examples. A voice is `provider:{language}-{Family}-{Name}`; our own names are
taken too. `audio_endpoint` is a path from the root, and the examples put it behind a base URL that has `/api/v1`
already: both lead to the audio. Two speakers are lines `Speaker 1: ...`, which become SSML with two voices.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.dialects import decode_json
from gateway.dialects.desk import Desk, Look, Month, Submit, Told, View, Wanted
from gateway.dialects.surface import Refusal, Request
from gateway.errors import (
    Code,
    Draining,
    Forbidden,
    IdempotencyKeyReuse,
    InvalidSetting,
    QuotaExceeded,
    RequestInProgress,
    SpeechError,
    TextTooLong,
    Unauthenticated,
    UnknownVoice,
)

BASE = "/api/v1"
ENCODINGS = {"wav": "wav", "mp3": "mp3", "ogg_opus": "ogg_opus"}
RATES = (8000, 12000, 16000, 22050, 24000, 44100, 48000)
NOT_OPUS = (12000, 22050, 44100)
KILOBITS = {"mp3": (32, 320, 128), "ogg_opus": (6, 320, 64)}  # lowest, highest, default
MOST_OPUS = 256_000  # above it libopus refuses mono
MULTI = "multi"
INSTRUCTION = re.compile(r"\s*Instruction:[^\n]*\n?")
SPEAKER = re.compile(r"^[ \t]*Speaker ([12]):[ \t]*", re.MULTILINE)
STATES = {"queued": "pending", "processing": "processing", "completed": "completed"}  # every other end is "failed"
CODES: tuple[tuple[type[SpeechError], str, int], ...] = (
    (Unauthenticated, "UNAUTHORIZED", 401),
    (Forbidden, "FORBIDDEN", 403),
    (QuotaExceeded, "INSUFFICIENT_CREDITS", 402),
    (UnknownVoice, "INVALID_VOICE", 400),
    (TextTooLong, "VALIDATION_ERROR", 400),
    (RequestInProgress, "REQUEST_IN_PROGRESS", 409),
    (IdempotencyKeyReuse, "IDEMPOTENCY_KEY_REUSE", 409),
    (Draining, "MAINTENANCE", 503),
)
BY_CODE = {
    Code.INVALID_ARGUMENT: ("VALIDATION_ERROR", 400),
    Code.NOT_FOUND: ("NOT_FOUND", 404),
    Code.FAILED_PRECONDITION: ("NOT_READY", 409),
    Code.RESOURCE_EXHAUSTED: ("RATE_LIMIT_EXCEEDED", 429),
    Code.UNAVAILABLE: ("MAINTENANCE", 503),
}


class Body(msgspec.Struct, frozen=True):
    """metadata and prompt steer the vendor's providers and nothing here."""

    text: str
    voice_id: str = ""
    output_format: str | None = None
    sample_rate_hertz: int | None = None
    output_bitrate_kbps: int | None = None
    speed: float = 1.0
    format: str = "text"
    speaker_type: str = "single"
    voice_id_speaker_1: str = ""
    voice_id_speaker_2: str = ""


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Wanted:
    return _wanted(decode_json(BODY, body), default="wav", stream=False)


def parse_stream(_request: Request, body: str) -> Wanted:
    asked = decode_json(BODY, body)
    if asked.output_bitrate_kbps is not None:
        raise InvalidSetting("output_bitrate_kbps is not available for streams")
    return _wanted(asked, default="ogg_opus", stream=True)


def tell(job: View, _request: Request, _month: Month) -> Told:
    made = {"status": "pending", "poll_url": f"{BASE}/tts/{job.id}"}
    return Told(
        _success({"job_id": job.id, **made, "audio_endpoint": _audio(job), "chars_charged": job.characters}), 202
    )


def tell_stream(job: View, _request: Request, _month: Month) -> Told:
    """The finished result at once, for a request that was made before."""
    told: dict[str, Any] = {"job_id": job.id, "transport_format": job.opened.output.encoding}
    told |= {"audio_endpoint": _audio(job), "chars_charged": job.characters}
    return Told(_success(told if job.state == "completed" else {**told, "stream_url": job.stream}), 202)


def tell_state(job: View, _request: Request, _month: Month) -> Told:
    told: dict[str, Any] = {
        "job_id": job.id,
        "status": STATES.get(job.state, "failed"),
        "chars_charged": job.characters,
    }
    if job.state == "completed":
        until = datetime.fromtimestamp(job.link_until, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told |= {"audio_url": job.link, "audio_url_expires_at": until, "audio_endpoint": _audio(job)}
    elif job.ended:
        told["error"] = {"code": "GENERATION_FAILED", "message": job.message or "the job was cancelled"}
    return Told(_success(told))


def refuse(error: SpeechError, _request_id: str) -> Refusal:
    code, status = _code_of(error)
    return Refusal(status, {"success": False, "error": {"code": code, "message": error.message}})


def _wanted(asked: Body, *, default: str, stream: bool) -> Wanted:
    """What is wrong with the request is told before anything about its voice."""
    output, text = _output(asked, default), asked.text
    voice, text_format = asked.voice_id, "ssml" if asked.format == "ssml" else "plain"
    if asked.speaker_type == MULTI:
        voices = asked.voice_id_speaker_1, asked.voice_id_speaker_2
        if not all(voices):
            raise InvalidSetting("voice_id_speaker_1 and voice_id_speaker_2 are needed for several speakers")
        voice, text, text_format = voices[0], _dialogue(text, voices), "ssml"
    elif not voice:
        raise InvalidSetting("voice_id is needed")
    opened = OpenContext("", voice, "", asked.speed, output=output, text_format=text_format, max_lead=0)
    return Wanted(opened, text, stream=stream)


def _output(asked: Body, default: str) -> AudioFormat:
    name = asked.output_format or default
    if name not in ENCODINGS:
        raise InvalidSetting(f"output_format is one of: {', '.join(ENCODINGS)}")
    rate = asked.sample_rate_hertz or 0
    if rate and (rate not in RATES or (name == "ogg_opus" and rate in NOT_OPUS)):
        raise InvalidSetting(f"{name} has no sample_rate_hertz {rate}")
    return AudioFormat(ENCODINGS[name], rate, _bit_rate(name, asked.output_bitrate_kbps))


def _bit_rate(name: str, kilobits: int | None) -> int:
    if name not in KILOBITS:
        if kilobits is not None:
            raise InvalidSetting(f"output_bitrate_kbps is not for {name}")
        return 0
    lowest, highest, default = KILOBITS[name]
    if kilobits is not None and not lowest <= kilobits <= highest:
        raise InvalidSetting(f"output_bitrate_kbps is from {lowest} to {highest} for {name}")
    wanted = 1000 * (kilobits or default)
    return min(wanted, MOST_OPUS) if name == "ogg_opus" else wanted


def _dialogue(text: str, voices: tuple[str, str]) -> str:
    """Lines of speakers as SSML; a leading instruction is no text."""
    leading = INSTRUCTION.match(text)
    text = text[leading.end() :] if leading else text
    if not SPEAKER.search(text):
        raise InvalidSetting("the text of several speakers has lines that begin with `Speaker 1:` or `Speaker 2:`")
    return f"<speak>{''.join(_spoken(text, voices))}</speak>"


def _spoken(text: str, voices: tuple[str, str]) -> Iterator[str]:
    marks = list(SPEAKER.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        line = text[mark.end() : following.start() if following else None]
        yield f"<voice name={quoteattr(voices[int(mark[1]) - 1])}>{escape(line)}</voice>"


def _audio(job: View) -> str:
    return f"{BASE}/tts/{job.id}/audio"


def _success(data: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "data": data}


def _code_of(error: SpeechError) -> tuple[str, int]:
    for kind, code, status in CODES:
        if isinstance(error, kind):
            return code, status
    return BY_CODE.get(error.code, ("GENERATION_FAILED", 500))


def _job_of(request: Request) -> str:
    return request.path["job_id"]


AITTS = Desk(
    "aitts",
    refuse,
    submits={f"{BASE}/tts": Submit(parse, tell), f"{BASE}/tts/stream": Submit(parse_stream, tell_stream)},
    looks={f"{BASE}/tts/{{job_id}}": Look(_job_of, tell_state)},
    audio={f"{BASE}/tts/{{job_id}}/audio": _job_of, f"{BASE}{BASE}/tts/{{job_id}}/audio": _job_of},
    streams={f"{BASE}/tts/{{job_id}}/stream": _job_of},
)
