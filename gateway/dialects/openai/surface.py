"""Where OpenAI's clients ask."""

from gateway.dialects.claims import otherwise
from gateway.dialects.openai.errors import ErrorReply, refuse
from gateway.dialects.openai.lists import (
    AUDIO_MODELS,
    MODEL,
    MODELS,
    VOICES,
    audio_models,
    model,
    models,
    voices,
)
from gateway.dialects.openai.speech import SPEECH
from gateway.dialects.surface import Absent, Listing, Surface

OPENAI = Surface(
    refuse,
    posts={
        "/v1/audio/speech": SPEECH,
        "/audio/speech": SPEECH,  # of a base URL without /v1
        "/openai/deployments/{deployment}/audio/speech": SPEECH,  # the SDKs' Azure clients
    },
    gets={
        "/v1/models": Listing(models, otherwise, shape=MODELS),
        "/v1/models/{id}": Listing(model, otherwise, shape=MODEL),
        "/v1/audio/models": Listing(audio_models, shape=AUDIO_MODELS),
        "/v1/audio/voices": Listing(voices, shape=VOICES),
    },
    name="OpenAI",
    error=ErrorReply,
    absent=(
        Absent("POST", "/v1/audio/transcriptions", "speech recognition"),
        Absent("POST", "/v1/audio/translations", "speech translation"),
        Absent("POST", "/v1/audio/voices", "voice cloning"),
    ),
)
