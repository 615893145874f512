"""TTS.ai. `/v1/audio/speech`, which the SDKs use, is OpenAI's, and so are the lists without a slash at their end.

Facts: the vendor's documentation and SDK.
"""

from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Health, Look, Preview, Submit
from gateway.dialects.shape import EVENTS, Shape
from gateway.dialects.surface import Listing, OneShot, Surface
from gateway.dialects.ttsai import lists, tasks
from gateway.dialects.ttsai.absent import ABSENT
from gateway.dialects.ttsai.batches import BATCHES
from gateway.dialects.ttsai.errors import refuse, refuse_unnamed
from gateway.dialects.ttsai.health import HealthReply, tell_health
from gateway.dialects.ttsai.replies import ErrorReply, Queued, Result, Wanted
from gateway.dialects.ttsai.speech import Body, job_of, parse, tell, tell_state
from gateway.dialects.ttsai.stream import parse_stream

TITLE = "TTS.ai"
HELLO = {"model": "kokoro", "text": "Hello from TTS.ai!", "voice": "af_bella", "format": "mp3"}
SUBMIT = Submit(parse, tell, Shape("A job", Body, replies={200: Queued}, example=HELLO))
LIVE = Shape("Speech as events, while it is made", Body, replies={200: EVENTS}, example=HELLO)
SHOW = Shape("How far a job has got", query=Wanted, replies={200: Result})
HEALTH = Health(tell_health, Shape("How the server is", replies={200: HealthReply}))
TTSAI = Desk(
    "ttsai",
    refuse,
    submits={"/v1/tts/": SUBMIT, "/api/v1/tts/": SUBMIT},
    looks={"/v1/speech/results/": Look(job_of, tell_state, keyless=True, shape=SHOW)},
    batches={"/v1/tts/batch/": BATCHES},
    results={tasks.RESULTS: tasks.task_of},
    previews={f"{lists.PREVIEW}{{voice}}": Preview(lists.voice_of)},
    health={"/v1/health": HEALTH},
    news=tasks.news,
    title=TITLE,
    error=ErrorReply,
    absent=ABSENT,
)

TTSAI_LIVE = Surface(
    refuse_unnamed,
    posts={"/v1/tts/stream": OneShot("ttsai_stream", parse_stream, LIVE)},
    gets={
        "/v1/voices/": Listing(
            lists.list_voices, shape=Shape("Voices", query=lists.VoiceFilters, replies={200: lists.VoiceList})
        ),
        "/v1/models/": Listing(lists.list_models, shape=Shape("Models", replies={200: lists.ModelList})),
    },
    name=TITLE,
    error=ErrorReply,
)
