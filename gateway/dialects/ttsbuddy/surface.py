"""TTSBuddy."""

from gateway.dialects.desk import Desk
from gateway.dialects.desk.entries import Look, Submit
from gateway.dialects.shape import Shape
from gateway.dialects.surface import Listing, Surface
from gateway.dialects.ttsbuddy.replies import ErrorReply, Meant, Processing, Reply
from gateway.dialects.ttsbuddy.speech import PATH, Body, job_of, parse, refuse, refuse_unnamed, tell
from gateway.dialects.ttsbuddy.voices import Catalogue, catalogue, shows_no_key

TITLE = "TTSBuddy"
HELLO = {"text": "Text to convert to speech.", "voice": "af_heart", "speed": 1.0}
SUBMIT = Shape(
    "A text to be spoken, at once if it is short", Body, replies={200: Reply, 202: Processing}, example=HELLO
)
TTSBUDDY = Desk(
    "ttsbuddy",
    refuse,
    submits={PATH: Submit(parse, tell, SUBMIT)},
    looks={PATH: Look(job_of, tell, shape=Shape("How far a job has got", query=Meant, replies={200: Reply}))},
    title=TITLE,
    error=ErrorReply,
)

TTSBUDDY_LISTS = Surface(
    refuse_unnamed,
    gets={
        "/api/v1/voices": Listing(
            catalogue, shows_no_key, Shape("The public catalogue", replies={200: Catalogue}), keyless=True
        )
    },
    name=TITLE,
    error=ErrorReply,
)
