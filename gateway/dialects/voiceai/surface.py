"""Where Voice.ai's clients ask."""

from gateway.dialects.surface import Socket, Surface
from gateway.dialects.voiceai.http import SPEECH, refuse
from gateway.dialects.voiceai.sockets import VoiceaiDialect

VOICEAI = Surface(
    refuse,
    sockets={
        "/api/v1/tts/stream": Socket(lambda request: VoiceaiDialect(multi=False, grace=request.settings.voiceai_grace)),
        "/api/v1/tts/multi-stream": Socket(
            lambda request: VoiceaiDialect(multi=True, grace=request.settings.voiceai_grace)
        ),
    },
    posts={"/api/v1/tts/speech": SPEECH, "/api/v1/tts/speech/stream": SPEECH},
)
