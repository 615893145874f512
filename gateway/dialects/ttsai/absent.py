"""What the vendor has beside speech synthesis.

Where its documents name no path (translation, speech to speech, stems, echo, analysis, conversion, chat, embeddings) it
is under the name of what it does. The SDK has its own spellings below /api/v1.
"""

from gateway.dialects.surface import Absent

ABSENT = (
    Absent("POST", "/v1/stt/", "speech recognition"),
    Absent("POST", "/api/v1/stt/", "speech recognition"),
    Absent("POST", "/v1/tts/clone/", "voice cloning"),
    Absent("POST", "/api/v1/voice-clone/", "voice cloning"),
    Absent("POST", "/v1/voice-convert/", "voice conversion"),
    Absent("POST", "/v1/speech-translate/", "speech translation"),
    Absent("POST", "/v1/speech-to-speech/", "speech to speech"),
    Absent("POST", "/v1/audio/enhance/", "audio enhancement"),
    Absent("POST", "/v1/audio/stems/", "stem separation"),
    Absent("POST", "/v1/audio/de-echo/", "removal of echo"),
    Absent("POST", "/v1/audio/analyze/", "analysis of key and tempo"),
    Absent("POST", "/v1/audio/convert/", "conversion of files"),
    Absent("POST", "/v1/voice-chat/", "voice chat"),
    Absent("POST", "/v1/voice-embedding/", "voice cloning"),
    Absent("POST", "/api/v1/user-voices/", "voice cloning"),
    Absent("GET", "/api/v1/user-voices/", "voice cloning"),
    Absent("DELETE", "/api/v1/user-voices/", "voice cloning"),
    Absent("POST", "/api/v1/user-voices/{id}/archive/", "voice cloning"),
    Absent("POST", "/api/v1/user-voices/{id}/reactivate/", "voice cloning"),
)
