"""Where Voice.ai's clients ask."""

from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Listing, Socket, Surface
from gateway.dialects.voiceai import voices
from gateway.dialects.voiceai.http import SPEECH, ErrorReply, refuse
from gateway.dialects.voiceai.sockets import VoiceaiDialect

VOICEAI = Surface(
    refuse,
    sockets={
        "/api/v1/tts/stream": Socket(
            lambda request: VoiceaiDialect(multi=False, grace=request.settings.voiceai_grace),
            shape=Shape("One context at a time"),
        ),
        "/api/v1/tts/multi-stream": Socket(
            lambda request: VoiceaiDialect(multi=True, grace=request.settings.voiceai_grace),
            shape=Shape("Several contexts"),
        ),
    },
    gets={
        "/api/v1/tts/voices": Listing(
            voices.list_voices, shape=Shape("Voices", query=voices.VoiceFilters, replies={200: voices.VoiceList})
        ),
        "/api/v1/tts/voice/{voice_id}": Listing(
            voices.show_voice, shape=Shape("A voice", replies={200: voices.ShownVoice})
        ),
    },
    posts={"/api/v1/tts/speech": SPEECH, "/api/v1/tts/speech/stream": SPEECH},
    name="Voice.ai",
    error=ErrorReply,
    absent=(
        Absent("POST", "/api/v1/tts/clone-voice", "voice cloning"),
        Absent("PATCH", "/api/v1/tts/voice/{voice_id}", "voice cloning"),
        Absent("DELETE", "/api/v1/tts/voice/{voice_id}", "voice cloning"),
    ),
)
