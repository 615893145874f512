"""The tools that speak: AI TTS Microservice's `generate_speech`, TTSBuddy's `ttsbuddy_speak`.

What they ask for and what they answer is what the vendors' HTTP routes have: the same translators read and write it.
"""

from typing import Annotated, Any, Literal

import msgspec

from gateway.accounts.plans import Scope
from gateway.dialects.aitts.surface import AITTS
from gateway.dialects.desk.entries import Submit
from gateway.dialects.desk.views import Month
from gateway.dialects.desk.wanted import Wanted
from gateway.dialects.ttsbuddy.speech import PATH as BUDDYS_PATH
from gateway.dialects.ttsbuddy.surface import TTSBUDDY
from gateway.jobs.job import Job
from gateway.library.store import content_type_of
from gateway.mcp.caller import Caller
from gateway.mcp.tool import Answer, Tool
from gateway.ordering import idempotency_of, order_of

BASE = "/api/v1"  # of AI TTS's paths
# Seconds that a call waits for the speech itself. Hosts give up after 60 (the official SDKs' default).
WAIT = 50.0
# Bytes of audio that are sent within an answer, before base64. Claude Desktop takes a megabyte of result.
MOST_INLINE = 700_000

Delivery = Literal["job", "async", "stream", "inline"]
Text = Annotated[str, msgspec.Meta(description="what to say")]
Key = Annotated[str, msgspec.Meta(description="the same call with the same key is one job, however often it is made")]


class GenerateSpeech(msgspec.Struct, frozen=True):
    """The fields of AI TTS's `POST /tts`, and how the speech is delivered."""

    text: Text
    voice_id: Annotated[str, msgspec.Meta(description="from search_voices; default: this server's")] = "default"
    delivery_mode: Annotated[
        Delivery,
        msgspec.Meta(
            description="job (or async): made in the background, ask get_job_status; stream: a URL that plays while it "
            "is made, once, for short texts; inline: the audio itself in the answer, for a few sentences"
        ),
    ] = "job"
    output_format: Annotated[
        Literal["wav", "mp3", "ogg_opus"] | None,
        msgspec.Meta(description="wav for a job, ogg_opus for a stream, mp3 inline, unless you say otherwise"),
    ] = None
    sample_rate_hertz: int | None = None
    output_bitrate_kbps: Annotated[int | None, msgspec.Meta(description="of mp3 and ogg_opus; not for streams")] = None
    speed: Annotated[float, msgspec.Meta(description="0.25 to 4")] = 1.0
    format: Annotated[Literal["text", "ssml"], msgspec.Meta(description="how the text is marked up")] = "text"
    speaker_type: Annotated[
        Literal["single", "multi"], msgspec.Meta(description='multi: lines begin with "Speaker 1:" or "Speaker 2:"')
    ] = "single"
    voice_id_speaker_1: str = ""
    voice_id_speaker_2: str = ""
    idempotency_key: Key | None = None


class Speak(msgspec.Struct, frozen=True):
    text: Annotated[str, msgspec.Meta(description="Text to convert (max 500k chars)")]
    voice: Annotated[str, msgspec.Meta(description="Voice ID")] = "af_heart"
    speed: Annotated[float, msgspec.Meta(description="Playback speed 0.5-1.5")] = 1.0
    idempotency_key: Key | None = None


async def generate(caller: Caller, arguments: GenerateSpeech) -> Answer:
    stream = arguments.delivery_mode == "stream"
    submit = AITTS.submits[f"{BASE}/tts/stream" if stream else f"{BASE}/tts"]
    if arguments.delivery_mode == "inline":
        return await _inline(caller, submit, arguments)
    before = await caller.month()
    job = await _submit(caller, AITTS.name, _wanted(caller, submit, arguments), arguments.idempotency_key)
    link = await caller.keyless(f"{BASE}/tts/{job.id}/stream") if stream else ""
    return Answer(await _told(caller, submit, job, before, link))


async def speak(caller: Caller, arguments: Speak) -> Answer:
    submit, before = TTSBUDDY.submits[BUDDYS_PATH], await caller.month()
    job = await _submit(caller, TTSBUDDY.name, _wanted(caller, submit, arguments), arguments.idempotency_key)
    return Answer(await _told(caller, submit, await caller.wait(job, WAIT), before))


async def state(caller: Caller, job: Job) -> dict[str, Any]:
    """As AI TTS tells of a job."""
    look = AITTS.looks[f"{BASE}/tts/{{job_id}}"]
    told = look.tell(await caller.view(job), caller.asked, await caller.month())
    return data_of(told.body)


def data_of(body: Any) -> dict[str, Any]:
    """What stands in AI TTS's envelope; TTSBuddy's bodies have none."""
    told = msgspec.to_builtins(body)
    said: dict[str, Any] = told.get("data", told)
    return said


async def _inline(caller: Caller, submit: Submit, arguments: GenerateSpeech) -> Answer:
    """The audio itself, or where it will be, if it is not there in time or too large for an answer."""
    asked = arguments if arguments.output_format else msgspec.structs.replace(arguments, output_format="mp3")
    job = await _submit(caller, AITTS.name, _wanted(caller, submit, asked), asked.idempotency_key)
    job = await caller.wait(job, WAIT)
    if job.state.ended and job.audio is None:
        raise job.failure()
    said = await state(caller, job)
    if job.audio is None or job.audio.size > MOST_INLINE:
        return Answer(said)
    audio = b"".join([chunk async for chunk in caller.jobs.follow(caller.owner, job.id)])
    return Answer(said, audio, content_type_of(job.request.file))


def _wanted(caller: Caller, submit: Submit, arguments: msgspec.Struct) -> Wanted:
    """The vendor's body has no fields for how it is delivered, and passes over those that it does not know."""
    return submit.parse(caller.asked, msgspec.json.encode(arguments).decode())


async def _submit(caller: Caller, delivery: str, wanted: Wanted, key: str | None) -> Job:
    request = order_of(caller.asked, wanted, delivery)
    idempotency = idempotency_of(key, wanted, delivery)
    charge = caller.visit.charge(wanted.charged)
    return (await caller.jobs.submit(caller.owner, request, wanted.text, idempotency, charge)).job


async def _told(caller: Caller, submit: Submit, job: Job, before: Month, stream: str = "") -> dict[str, Any]:
    view = await caller.view(job, stream, promised=True)
    return data_of(submit.tell(view, caller.asked, await caller.month_after(before)).body)


GENERATE = Tool(
    "generate_speech",
    "Turn text into speech. Answers with a job (job_id), a URL that plays at once, or the audio itself.",
    Scope.GENERATE,
    GenerateSpeech,
    generate,
    changes=True,
)
SPEAK = Tool(
    "ttsbuddy_speak",
    "Convert text to speech audio: waits for it and answers with audio_url, an MP3.",
    Scope.GENERATE,
    Speak,
    speak,
    changes=True,
)
