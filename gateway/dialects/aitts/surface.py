"""AI TTS Microservice, below `/api/v1`.

Facts: the vendor's tutorial and code examples, which put `audio_endpoint`, a path from the root, behind a base URL that
has `/api/v1` already: both lead to the audio.
"""

from gateway.dialects.aitts import speech
from gateway.dialects.aitts.envelope import refuse
from gateway.dialects.aitts.speech import BASE, job_of
from gateway.dialects.desk import Desk, Look, Submit

AITTS = Desk(
    "aitts",
    refuse,
    submits={
        f"{BASE}/tts": Submit(speech.parse, speech.tell),
        f"{BASE}/tts/stream": Submit(speech.parse_stream, speech.tell_stream),
    },
    looks={f"{BASE}/tts/{{job_id}}": Look(job_of, speech.tell_state)},
    audio={f"{BASE}/tts/{{job_id}}/audio": job_of, f"{BASE}{BASE}/tts/{{job_id}}/audio": job_of},
    streams={f"{BASE}/tts/{{job_id}}/stream": job_of},
)
