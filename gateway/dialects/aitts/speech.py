"""`/tts`: a job at once, its audio later or while it is made.

A voice is `provider:{language}-{Family}-{Name}`; our own names are taken too.
"""

from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from gateway.core.events import OpenContext
from gateway.dialects import decode_json
from gateway.dialects.aitts.dialogue import as_ssml
from gateway.dialects.aitts.envelope import BASE, moment
from gateway.dialects.aitts.formats import output_of
from gateway.dialects.aitts.replies import STATES, Error, State, Streaming, Submitted, success
from gateway.dialects.desk.views import Month, Told, View
from gateway.dialects.desk.wanted import Wanted
from gateway.dialects.surface import Request
from gateway.errors import InvalidSetting

MOST_METADATA = 4096  # bytes of JSON: it is kept with the job and sent with its webhook
ACCEPTED = 202


class Body(msgspec.Struct, frozen=True):
    """metadata comes back in the webhook, which goes to webhook_url if that is given. voice: what older clients call
    voice_id. prompt: how to speak, which is refused.
    """

    text: str
    voice_id: str = ""
    voice: str = ""
    output_format: str | None = None
    sample_rate_hertz: int | None = None
    output_bitrate_kbps: int | None = None
    speed: float = 1.0
    format: Literal["text", "ssml"] = "text"
    speaker_type: Literal["single", "multi"] = "single"
    voice_id_speaker_1: str = ""
    voice_id_speaker_2: str = ""
    webhook_url: str | None = None
    metadata: dict[str, Any] | None = None
    prompt: str | None = None


BODY = msgspec.json.Decoder(Body)


def parse(_request: Request, body: str) -> Wanted:
    return _wanted(decode_json(BODY, body), default="wav", stream=False)


def parse_stream(_request: Request, body: str) -> Wanted:
    asked = decode_json(BODY, body)
    if asked.output_bitrate_kbps is not None:
        raise InvalidSetting("output_bitrate_kbps is not available for streams")
    return _wanted(asked, default="ogg_opus", stream=True)


def tell(job: View, _request: Request, _month: Month) -> Told:
    return Told(success(Submitted(job.id, "pending", f"{BASE}/tts/{job.id}", _audio(job), job.characters)), ACCEPTED)


def tell_stream(job: View, _request: Request, _month: Month) -> Told:
    """The finished result at once, for a request that was made before."""
    link = msgspec.UNSET if job.state == "completed" or not job.stream else job.stream
    told = Streaming(
        job_id=job.id,
        stream_url=link,
        transport_format=job.opened.output.encoding,
        audio_endpoint=_audio(job),
        chars_charged=job.characters,
    )
    return Told(success(told), ACCEPTED)


def tell_state(job: View, _request: Request, _month: Month) -> Told:
    told = State(job.id, STATES[job.state], job.characters)
    if job.state == "completed":
        until = moment(job.link_until)
        told = replace(told, audio_url=job.link, audio_url_expires_at=until, audio_endpoint=_audio(job))
    elif job.ended:
        told = replace(told, error=failure_of(job))
    return Told(success(told))


def failure_of(job: View) -> Error:
    """Of one that has ended without audio."""
    return Error("GENERATION_FAILED", job.message or "the job was cancelled")


def _wanted(asked: Body, *, default: str, stream: bool) -> Wanted:
    """What is wrong with the request is told before anything about its voice."""
    text = asked.text
    if asked.prompt:
        raise InvalidSetting("prompt is not for these voices (supports_prompt)")
    output = output_of(asked.output_format or default, asked.sample_rate_hertz, asked.output_bitrate_kbps)
    voice, text_format = asked.voice_id or asked.voice, "ssml" if asked.format == "ssml" else "plain"
    if asked.speaker_type == "multi":
        voices = asked.voice_id_speaker_1, asked.voice_id_speaker_2
        if not all(voices):
            raise InvalidSetting("voice_id_speaker_1 and voice_id_speaker_2 are needed for several speakers")
        voice, text, text_format = voices[0], as_ssml(text, voices), "ssml"
    elif not voice:
        raise InvalidSetting("voice_id is needed")
    opened = OpenContext("", voice, "", asked.speed, output=output, text_format=text_format, max_lead=0)
    return Wanted(
        opened,
        text,
        stream=stream,
        characters=len(asked.text),
        webhook_url=asked.webhook_url or "",
        metadata=_checked(asked.metadata),
    )


def _checked(metadata: dict[str, Any] | None) -> dict[str, Any] | None:
    if metadata is not None and len(msgspec.json.encode(metadata)) > MOST_METADATA:
        raise InvalidSetting(f"metadata has at most {MOST_METADATA} bytes of JSON")
    return metadata


def _audio(job: View) -> str:
    return f"{BASE}/tts/{job.id}/audio"


def job_of(request: Request) -> str:
    return request.path["job_id"]
