"""A request on the wire, read and checked. Pure."""

import math
from collections.abc import Iterator

from protos import synth_pb2
from synth.engines import Engine, Phonemes, Utterance

MAX_TEXT = 5_000  # characters: about six minutes, far above any sentence; ElevenLabs takes as much in one request
SPEEDS = (0.25, 4.0)  # OpenAI's range, the widest of the hosted APIs
LONGEST_DUE = 3_600.0  # seconds: nobody has more to play, or has waited for longer
PITCHES = (0.5, 2.0)  # an octave each way
MAX_IPA = 400  # characters of one span: a long word has 30; and MAX_TEXT of all spans


class InvalidRequest(Exception):
    """No worker with this engine could speak it."""


class UnknownVoice(InvalidRequest):
    """In no language."""


def read_utterance(request: synth_pb2.Synthesize, engine: Engine) -> Utterance:
    """Raises InvalidRequest."""
    _check_text(request.text)
    _check_voice(request.voice, request.language, engine)
    if request.skip_samples and not engine.deterministic:
        raise InvalidRequest(f"{engine.name} cannot leave out samples: it does not make the same ones again")
    return Utterance(
        text=request.text,
        voice=request.voice,
        language=request.language,
        speed=_factor("speed", request.speed, SPEEDS),
        pitch=_factor("pitch", request.pitch, PITCHES),
        skip=request.skip_samples,
        phonemes=tuple(_read_phonemes(request)),
        begins=request.begins,
    )


def read_due(request: synth_pb2.Synthesize) -> float:
    """Seconds, within reason. Raises InvalidRequest."""
    if not math.isfinite(request.due_in):
        raise InvalidRequest("due_in must be a number")
    return min(max(request.due_in, -LONGEST_DUE), LONGEST_DUE)


def _check_voice(voice: str, language: str, engine: Engine) -> None:
    if engine.speaks(voice, language):
        return
    if not engine.speaks(voice, ""):
        raise UnknownVoice(f"{engine.name} has no voice {voice[:80]!r}")
    raise InvalidRequest(f"{engine.name} has no voice {voice[:80]!r} for language {language[:40]!r}")


def _check_text(text: str) -> None:
    if not text.strip():
        raise InvalidRequest("the text is empty")
    if len(text) > MAX_TEXT:
        raise InvalidRequest(f"the text has {len(text)} characters; {MAX_TEXT} are allowed")


def _factor(name: str, value: float, allowed: tuple[float, float]) -> float:
    lowest, highest = allowed
    if value == 0:
        return 1.0
    if not lowest <= value <= highest:  # also NaN
        raise InvalidRequest(f"{name} must be from {lowest} to {highest}")
    return value


def _read_phonemes(request: synth_pb2.Synthesize) -> Iterator[Phonemes]:
    last = 0
    if sum(len(span.ipa) for span in request.phonemes) > MAX_TEXT:
        raise InvalidRequest(f"more than {MAX_TEXT} characters of phonemes")
    for span in request.phonemes:
        if not last <= span.text_start < span.text_end <= len(request.text):
            raise InvalidRequest(f"phonemes at {span.text_start}-{span.text_end} overlap, or are not in the text")
        if not 0 < len(span.ipa) <= MAX_IPA or not span.ipa.strip():
            raise InvalidRequest(f"phonemes have 1 to {MAX_IPA} characters")
        last = span.text_end
        yield Phonemes(span.text_start, span.text_end, span.ipa)
