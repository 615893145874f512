"""AI TTS Microservice, below `/api/v1`.

Facts: the vendor's tutorial and code examples, which put `audio_endpoint`, a path from the root, behind a base URL that
has `/api/v1` already: both lead to the audio.
"""

from gateway.dialects.aitts import speech
from gateway.dialects.aitts.envelope import refuse
from gateway.dialects.aitts.replies import ErrorReply, State, Streaming, Submitted, Success
from gateway.dialects.aitts.speech import BASE, job_of
from gateway.dialects.desk import Desk, Look, Submit
from gateway.dialects.shape import Shape

HELLO = {"text": "Hello world!", "voice_id": "kokoro:en-US-Kokoro-Bella"}
SUBMIT = Shape("A job", speech.Body, replies={202: Success[Submitted]}, example=HELLO)
STREAM = Shape("A job to be listened to", speech.Body, replies={202: Success[Streaming]}, example=HELLO)
SHOW = Shape("How far a job has got", replies={200: Success[State]})
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
    title="AI TTS Microservice",
    error=ErrorReply,
)
