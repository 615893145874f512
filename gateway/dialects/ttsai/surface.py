"""TTS.ai. `/v1/audio/speech`, which the SDKs use, is OpenAI's.

Facts: the vendor's documentation and SDK.
"""

from gateway.dialects.desk import Desk, Look, Submit
from gateway.dialects.ttsai.errors import refuse
from gateway.dialects.ttsai.speech import job_of, parse, tell, tell_state

TTSAI = Desk(
    "ttsai",
    refuse,
    submits={"/v1/tts/": Submit(parse, tell), "/api/v1/tts/": Submit(parse, tell)},
    looks={"/v1/speech/results/": Look(job_of, tell_state, keyless=True)},
)
