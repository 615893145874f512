"""Where ElevenLabs' clients ask."""

from collections.abc import Callable

import msgspec

from gateway.dialects.claims import by_xi_api_key
from gateway.dialects.elevenlabs import listings
from gateway.dialects.elevenlabs.errors import ErrorReply, refuse
from gateway.dialects.elevenlabs.http import DIALOGUE_SPEECH, SPEECH, TIMED, TIMED_LINES
from gateway.dialects.elevenlabs.keys import LATE_KEY
from gateway.dialects.elevenlabs.sockets import ElevenLabsDialect
from gateway.dialects.elevenlabs.text_to_dialogue import TextToDialogue
from gateway.dialects.elevenlabs.text_to_speech import TextToSpeech
from gateway.dialects.elevenlabs.wishes import dialogue_wishes_of, wishes_of
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Absent, Grant, Listing, Request, Socket, Surface, TokenDesk

TOKEN_LIFETIME = 900.0  # seconds; the vendor's


class Opening(msgspec.Struct, frozen=True):
    """output_format: like mp3_44100_128. inactivity_timeout: seconds, at most 180."""

    output_format: str = ""
    language_code: str = ""
    inactivity_timeout: int = 20
    enable_ssml_parsing: bool = False
    auto_mode: bool = False
    sync_alignment: bool = False


class Token(msgspec.Struct, frozen=True):
    token: str


Opener = Callable[[Request], ElevenLabsDialect]


def _speech(name: str, *, multi: bool) -> Opener:
    def open_speech(request: Request) -> ElevenLabsDialect:
        wishes = wishes_of(request)
        return ElevenLabsDialect(
            name, TextToSpeech(counts_on=wishes.every, language=wishes.language), wishes, multi=multi
        )

    return open_speech


def _dialogue(name: str, *, multi: bool) -> Opener:
    def open_dialogue(request: Request) -> ElevenLabsDialect:
        wishes = dialogue_wishes_of(request)
        return ElevenLabsDialect(name, TextToDialogue(timed=wishes.every), wishes, multi=multi)

    return open_dialogue


def _grant(_request: Request, _body: str) -> Grant:
    return Grant(TOKEN_LIFETIME)


def _granted(_grant: Grant, token: str) -> Token:
    return Token(token)


SOCKET = Shape("Text in, audio and alignment out", query=Opening)
ELEVENLABS = Surface(
    refuse,
    sockets={
        "/v1/text-to-speech/{voice}/stream-input": Socket(_speech("elevenlabs", multi=False), LATE_KEY, shape=SOCKET),
        "/v1/text-to-speech/{voice}/multi-stream-input": Socket(
            _speech("elevenlabs_multi", multi=True), LATE_KEY, shape=SOCKET
        ),
        "/v1/text-to-dialogue/stream-input": Socket(
            _dialogue("elevenlabs_dialogue", multi=False), LATE_KEY, shape=SOCKET
        ),
        "/v1/text-to-dialogue/multi-stream-input": Socket(
            _dialogue("elevenlabs_dialogue_multi", multi=True), LATE_KEY, shape=SOCKET
        ),
    },
    posts={
        "/v1/text-to-speech/{voice}": SPEECH,
        "/v1/text-to-speech/{voice}/stream": SPEECH,
        "/v1/text-to-speech/{voice}/with-timestamps": TIMED,
        "/v1/text-to-speech/{voice}/stream/with-timestamps": TIMED_LINES,
        "/v1/text-to-dialogue": DIALOGUE_SPEECH,
        "/v1/text-to-dialogue/stream": DIALOGUE_SPEECH,
    },
    gets={
        "/v1/voices": Listing(listings.list_voices, by_xi_api_key, listings.LIST_VOICES),
        "/v2/voices": Listing(listings.search_voices, shape=listings.SEARCH_VOICES),
        "/v1/voices/{voice}": Listing(listings.show_voice, shape=listings.SHOW_VOICE),
        "/v1/models": Listing(listings.list_models, by_xi_api_key, listings.LIST_MODELS),
    },
    tokens={
        "/v1/single-use-token/{type}": TokenDesk(
            _grant, _granted, Shape("A token for one connection", replies={200: Token})
        )
    },
    name="ElevenLabs",
    error=ErrorReply,
    absent=(
        Absent("POST", "/v1/speech-to-text", "speech recognition"),
        Absent("POST", "/v1/speech-to-speech/{voice}", "voice conversion"),
        Absent("POST", "/v1/speech-to-speech/{voice}/stream", "voice conversion"),
        Absent("POST", "/v1/voices/add", "voice cloning"),
        Absent("POST", "/v1/dubbing", "dubbing"),
        Absent("POST", "/v1/audio-isolation", "audio enhancement"),
        Absent("POST", "/v1/sound-generation", "sound effects"),
    ),
)
