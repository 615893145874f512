"""ElevenLabs' one-shot requests: POST /v1/text-to-speech/{voice} and its kin, and /v1/text-to-dialogue.

The vendor answers the ones without `stream` in one piece, we in chunks: the same bytes to a client. Fields of a body
that are not here steer the vendor's models or its account.
"""

import re
from collections.abc import Callable
from functools import partial

import msgspec

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.dialects import decode_json
from gateway.dialects.elevenlabs.formats import parse_format
from gateway.dialects.elevenlabs.text_to_dialogue import Line, markup_of
from gateway.dialects.elevenlabs.text_to_speech import VoiceSettings, speed_of
from gateway.dialects.elevenlabs.timed import Lines, Timed, Whole
from gateway.dialects.one_shot import CONTEXT
from gateway.dialects.reply import RawAudio, Reply
from gateway.dialects.shape import AUDIO, Media, Shape
from gateway.dialects.surface import Asked, OneShot, Request
from gateway.errors import TextTooLong

JSON_LINES = Media(("application/json",))
MOST_WHOLE = 10_000  # characters of a text whose audio is one string; the vendor's limit for its multilingual model
MARKUP = re.compile(r"<(?:speak|break|phoneme)\b")  # the vendor reads these in any text


class Body(msgspec.Struct, frozen=True):
    text: str
    language_code: str | None = None
    voice_settings: VoiceSettings | None = None


class Dialogue(msgspec.Struct, frozen=True):
    inputs: tuple[Line, ...]
    language_code: str | None = None
    settings: VoiceSettings | None = None


class Output(msgspec.Struct, frozen=True):
    """output_format: like mp3_44100_128, pcm_24000, ulaw_8000, opus_48000_64."""

    output_format: str = ""


BODY = msgspec.json.Decoder(Body)
DIALOGUE = msgspec.json.Decoder(Dialogue)


def _speech(timed: Callable[..., Reply] | None, request: Request, body: str, *, longest: int | None = None) -> Asked:
    """timed: makes a reply that tells of characters, of the text and whether it is marked up."""
    asked = decode_json(BODY, body)
    if longest is not None and len(asked.text) > longest:
        raise TextTooLong(f"a text whose times are told in one piece has at most {longest} characters")
    marked_up = longest is None and MARKUP.search(asked.text) is not None
    opened = events.OpenContext(
        CONTEXT,
        request.path["voice"],
        asked.language_code or "",
        speed_of(asked.voice_settings),
        output=parse_format(request.query.get("output_format", "")),
        text_format="ssml" if marked_up else "plain",
        words=timed is not None,
        max_lead=0,
        hush=HUSH,
    )
    return Asked(opened, asked.text, timed(asked.text, markup=marked_up) if timed else RawAudio())


def _dialogue(request: Request, body: str) -> Asked:
    asked = decode_json(DIALOGUE, body)
    opened = events.OpenContext(
        CONTEXT,
        next((line.voice_id for line in asked.inputs if line.voice_id), ""),
        asked.language_code or "",
        speed_of(asked.settings),
        output=parse_format(request.query.get("output_format", "")),
        text_format="ssml",
        max_lead=0,
        hush=HUSH,
    )
    return Asked(opened, " ".join(map(markup_of, asked.inputs)))


HELLO = {"text": "Hello there.", "model_id": "eleven_flash_v2_5"}
SPOKEN = Shape("Speak a text", Body, Output, {200: AUDIO}, HELLO)
SPEECH = OneShot("elevenlabs_http", partial(_speech, None), SPOKEN)
TIMED = OneShot(
    "elevenlabs_http",
    partial(_speech, Whole, longest=MOST_WHOLE),
    Shape("Speech and the times of its characters", Body, Output, {200: Timed}, HELLO),
)
TIMED_LINES = OneShot(
    "elevenlabs_http",
    partial(_speech, Lines),
    Shape("Speech and the times of its characters, a JSON object to each line", Body, Output, {200: JSON_LINES}, HELLO),
)
DIALOGUE_SPEECH = OneShot(
    "elevenlabs_http",
    _dialogue,
    Shape(
        "Speak lines of several voices",
        Dialogue,
        Output,
        {200: AUDIO},
        {"inputs": [{"text": "Hello.", "voice_id": "en-us"}]},
    ),
)
