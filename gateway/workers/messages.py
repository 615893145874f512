"""A segment in the wire's words and in the session's. What a worker says is checked, not believed."""

import math
from collections.abc import Iterator

from gateway.core.events import SegmentAudio, SegmentDone, SegmentWords, Synthesize, Word, WorkerMessage
from gateway.core.voices import Voice
from gateway.errors import (
    RETRY_AFTER,
    InternalError,
    InvalidSetting,
    Overloaded,
    SpeechError,
    UnknownVoice,
    WorkerUnavailable,
)
from protos import synth_pb2

BYTES_PER_SAMPLE = 2


class BadReply(ValueError):
    """A worker broke its contract: half a sample, a word outside the text."""


class WorkerFailed(Exception):
    """What a worker said of its own failure; for the log alone."""


def encode(request: Synthesize, credit: int) -> synth_pb2.Synthesize:
    """credit: samples that may come before more is granted."""
    return synth_pb2.Synthesize(
        text=request.text,
        voice=request.voice,
        language=request.language,
        speed=request.speed,
        pitch=request.pitch,
        due_in=request.due_in,
        skip_samples=request.skip,
        credit=credit,
        begins=request.begins,
        phonemes=[
            synth_pb2.Phonemes(text_start=span.text_start, text_end=span.text_end, ipa=span.ipa)
            for span in request.phonemes
        ],
    )


def decode(request: Synthesize, reply: synth_pb2.Reply) -> Iterator[WorkerMessage]:
    """Words, then audio, then the end, as far as the reply has them. Raises BadReply, and a failure's SpeechError."""
    if reply.words:
        yield SegmentWords(request.segment_id, tuple(_word(word, len(request.text)) for word in reply.words))
    if pcm := reply.pcm:
        yield SegmentAudio(request.segment_id, _whole_samples(pcm))
    match reply.WhichOneof("end"):
        case "done":
            done = reply.done
            yield SegmentDone(request.segment_id, done.queued, done.computed, done.batch_size, done.unread)
        case "failure":
            raise error_of(reply.failure)


def error_of(failure: synth_pb2.Failure) -> SpeechError:
    """What a failure is to the session. Only what the worker says of the request itself is told on."""
    match failure.code:
        case synth_pb2.Failure.RESOURCE_EXHAUSTED:
            return Overloaded("every worker is busy", retry_in=failure.retry_in or RETRY_AFTER)
        case synth_pb2.Failure.INVALID_ARGUMENT:
            return InvalidSetting(failure.message or "the worker cannot speak this")
        case synth_pb2.Failure.NOT_FOUND:
            return UnknownVoice(failure.message or "the worker has no such voice")
        case synth_pb2.Failure.UNAVAILABLE:
            return WorkerUnavailable("the worker broke off")
        case _:
            error = InternalError("synthesis failed")
            error.__cause__ = WorkerFailed(failure.message)
            return error


def voices_of(description: synth_pb2.DescribeReply) -> dict[str, Voice]:
    return {
        voice.name: Voice(
            name=voice.name,
            engine=description.engine,
            language=voice.language,
            gender=voice.gender,
            display_name=voice.display_name,
            sample_rate=description.sample_rate,
            deterministic=description.deterministic,
        )
        for voice in description.voices
    }


def _word(word: synth_pb2.Word, length: int) -> Word:
    if not word.text_start <= word.text_end <= length:
        raise BadReply(f"word {word.text_start}-{word.text_end} in a text of {length} characters")
    if not 0.0 <= word.start <= word.end < math.inf:
        raise BadReply(f"word from {word.start} to {word.end} seconds")
    return Word(word.text_start, word.text_end, word.start, word.end)


def _whole_samples(pcm: bytes) -> bytes:
    if len(pcm) % BYTES_PER_SAMPLE:
        raise BadReply(f"{len(pcm)} bytes of PCM")
    return pcm
