"""TTS.ai. `/v1/audio/speech`, which the SDKs use, is OpenAI's.

Facts: the vendor's documentation and SDK.
"""

from gateway.dialects.desk import Desk, Look, Submit
from gateway.dialects.shape import Shape
from gateway.dialects.ttsai.errors import refuse
from gateway.dialects.ttsai.replies import ErrorReply, Queued, Result, Wanted
from gateway.dialects.ttsai.speech import Body, job_of, parse, tell, tell_state

SUBMIT = Submit(
    parse,
    tell,
    Shape(
        "A job",
        Body,
        replies={200: Queued},
        example={"model": "kokoro", "text": "Hello from TTS.ai!", "voice": "af_bella", "format": "mp3"},
    ),
)
SHOW = Shape("How far a job has got", query=Wanted, replies={200: Result})
TTSAI = Desk(
    "ttsai",
    refuse,
    submits={"/v1/tts/": SUBMIT, "/api/v1/tts/": SUBMIT},
    looks={"/v1/speech/results/": Look(job_of, tell_state, keyless=True, shape=SHOW)},
    title="TTS.ai",
    error=ErrorReply,
)
