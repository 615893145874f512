"""AI TTS Microservice, below `/api/v1`.

Facts: the vendor's tutorial and code examples, which put `audio_endpoint`, a path from the root, behind a base URL that
has `/api/v1` already: both lead to the audio.
"""

from gateway.dialects.aitts import jobs, pricing, samples, speech, voices, webhook
from gateway.dialects.aitts.envelope import BASE, refuse, refuse_unnamed
from gateway.dialects.aitts.replies import ErrorReply, State, Streaming, Submitted, Success
from gateway.dialects.aitts.speech import job_of
from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Estimate, Look, Preview, Reading, Shelf, Submit
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Listing, Surface

JOBS = Shape("Jobs, the newest first", query=jobs.JobFilters, replies={200: Success[jobs.JobPage]})
TEXT = Shape("A job's text", replies={200: Success[jobs.JobText]})
VOICES = Shape("Voices", query=voices.VoiceFilters, replies={200: Success[voices.VoicePage]})
SAMPLE = Shape("Where a voice can be heard", replies={200: Success[samples.Sample], 202: Success[samples.Sample]})
VOICE = Shape("A voice", replies={200: Success[voices.VoiceRecord]})

TITLE = "AI TTS Microservice"
HELLO = {"text": "Hello world!", "voice_id": "kokoro:en-US-Kokoro-Bella"}
SUBMIT = Shape("A job", speech.Body, replies={202: Success[Submitted]}, example=HELLO)
STREAM = Shape("A job to be listened to", speech.Body, replies={202: Success[Streaming]}, example=HELLO)
SHOW = Shape("How far a job has got", replies={200: Success[State]})
ESTIMATE = Shape("What it would cost", speech.Body, replies={200: Success[pricing.Estimate]}, example=HELLO)

AITTS = Desk(
    "aitts",
    refuse,
    submits={
        f"{BASE}/tts": Submit(speech.parse, speech.tell, SUBMIT),
        f"{BASE}/tts/stream": Submit(speech.parse_stream, speech.tell_stream, STREAM),
    },
    looks={f"{BASE}/tts/{{job_id}}": Look(job_of, speech.tell_state, shape=SHOW)},
    audio={f"{BASE}/tts/{{job_id}}/audio": job_of, f"{BASE}{BASE}/tts/{{job_id}}/audio": job_of},
    streams={f"{BASE}/tts/{{job_id}}/stream": job_of},
    shelves={f"{BASE}/jobs": Shelf(jobs.choose, jobs.tell_page, JOBS)},
    readings={f"{BASE}/jobs/{{job_id}}/text": Reading(job_of, jobs.tell_text, TEXT)},
    estimates=dict.fromkeys(  # the examples put the path behind a base URL that has /api/v1 already
        (f"{BASE}/pricing/estimate", f"{BASE}{BASE}/pricing/estimate"),
        Estimate(speech.parse, pricing.tell_estimate, ESTIMATE),
    ),
    hooks=dict.fromkeys((f"{BASE}/user/enterprise/webhook", "/api/user/enterprise/webhook"), webhook.HOOK),
    previews={f"{BASE}/voices/{{voice_id}}/sample-url": Preview(samples.voice_of, samples.tell_sample, SAMPLE)},
    audio_endpoint=f"{BASE}/tts/{{job_id}}/audio",
    title=TITLE,
    error=ErrorReply,
)

AITTS_LISTS = Surface(
    refuse_unnamed,
    gets={
        f"{BASE}/voices": Listing(voices.list_voices, shape=VOICES),
        f"{BASE}/voices/{{voice_id}}": Listing(voices.show_voice, shape=VOICE),
    },
    name=TITLE,
    error=ErrorReply,
)
