"""Our own protocol over gRPC: the same words as native.py, as the messages of protos/speech.proto."""

from collections.abc import Sequence

from gateway.core import events
from gateway.core.cleaning import Pronunciation
from gateway.core.formats import AudioFormat
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects import Close
from gateway.errors import CLOSE_NORMAL, InvalidMessage, SpeechError
from protos import speech_pb2 as pb

DEFAULT = events.OpenContext("")


class NativeProtoDialect:
    """Frames in are ClientMessages, then None when the client has said all that it will say.

    Frames out are ServerMessages; a session's own failure is the SpeechError, which becomes the call's status.
    """

    name = "grpc"

    def __init__(self, *, one_text: bool = False) -> None:
        """one_text: the call is for one text, so a context's failure is the call's."""
        self._one_text = one_text

    def limits(self, limits: events.Limits) -> events.Limits:
        return limits

    def decode(self, frame: pb.ClientMessage | None) -> Sequence[events.Command]:
        if frame is None:
            return [events.CloseSession()]
        match frame.WhichOneof("message"):
            case "open_context":
                return [open_context(frame.open_context)]
            case "append_text":
                return [events.AppendText(frame.append_text.context_id, frame.append_text.text)]
            case "flush":
                return [events.Flush(frame.flush.context_id)]
            case "clear":
                played_ms = frame.clear.played_ms if frame.clear.HasField("played_ms") else None
                return [events.Clear(frame.clear.context_id, played_ms)]
            case "close_context":
                return [events.CloseContext(frame.close_context.context_id)]
            case "keep_alive":
                return [events.KeepAlive(frame.keep_alive.context_id)]
            case "close_session":
                return [events.CloseSession()]
        raise InvalidMessage("a ClientMessage without a message that this server knows")

    def expire(self, _context_id: str) -> None:
        """The client opens and names its contexts."""

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[pb.ServerMessage | SpeechError | Close]:
        match event:
            case events.AudioFrame(context_id=context_id, flush_id=flush_id, sequence=sequence, audio=audio):
                said = pb.Audio(context_id=context_id, flush_id=flush_id, sequence=sequence, audio=audio)
                return [pb.ServerMessage(audio=said)]
            case events.Failed(context_id=context_id, error=error) if context_id is None or self._one_text:
                return [error]
            case events.SessionDone():
                return [pb.ServerMessage(session_done=pb.SessionDone()), Close(CLOSE_NORMAL)]
        return [_fact(event)]


def open_context(message: pb.OpenContext) -> events.OpenContext:
    """An unset number is the default; 0 is not."""
    output = message.output
    return events.OpenContext(
        message.context_id,
        message.voice,
        message.language,
        message.speed if message.HasField("speed") else DEFAULT.speed,
        message.pitch if message.HasField("pitch") else DEFAULT.pitch,
        AudioFormat(output.encoding or DEFAULT.output.encoding, output.sample_rate, output.bit_rate),
        message.text_format or DEFAULT.text_format,
        message.words,
        message.max_lead if message.HasField("max_lead") else None,
        message.latency or DEFAULT.latency,
        tuple(Pronunciation(said.phrase, said.alias, said.ipa, said.match_case) for said in message.pronunciations),
    )


def _fact(event: events.Event | events.AudioFrame) -> pb.ServerMessage:
    match event:
        case events.SessionOpened(limits=limits):
            return pb.ServerMessage(session_opened=pb.SessionOpened(limits=_limits(limits)))
        case events.ContextOpened():
            return pb.ServerMessage(context_opened=_opened(event))
        case events.Words(context_id=context_id, flush_id=flush_id, words=words):
            said = pb.Words(context_id=context_id, flush_id=flush_id, words=[_word(word) for word in words])
            return pb.ServerMessage(words=said)
        case events.FlushDone(context_id=context_id, flush_id=flush_id, usage=usage):
            done = pb.FlushDone(context_id=context_id, flush_id=flush_id, usage=_usage(usage))
            return pb.ServerMessage(flush_done=done)
        case events.Cleared(context_id=context_id, heard=heard, unheard=unheard):
            return pb.ServerMessage(cleared=pb.Cleared(context_id=context_id, heard=heard, unheard=unheard))
        case events.ContextDone(context_id=context_id, usage=usage):
            return pb.ServerMessage(context_done=pb.ContextDone(context_id=context_id, usage=_usage(usage)))
        case events.Warned(context_id=context_id, code=code, message=message):
            warned = pb.Warned(context_id=context_id or "", code=code, message=message)
            return pb.ServerMessage(warned=warned)
        case events.Failed(context_id=context_id, error=error):
            return pb.ServerMessage(failed=pb.Failed(context_id=context_id or "", error=proto_error(error)))
    raise AssertionError(f"no message for {event}")


def list_voices(catalog: VoiceCatalog, wanted: pb.ListVoicesRequest) -> pb.ListVoicesResponse:
    found = catalog.select(language=wanted.language, gender=wanted.gender, engine=wanted.engine)
    return pb.ListVoicesResponse(voices=[_voice(voice) for voice in found])


def proto_error(error: SpeechError) -> pb.Error:
    return pb.Error(
        code=error.code,
        reason=error.reason,
        message=error.message,
        retryable=error.retryable,
        audio_sent_ms=error.audio_sent_ms,
    )


def _limits(limits: events.Limits) -> pb.Limits:
    return pb.Limits(
        max_contexts=limits.max_contexts,
        max_text=limits.max_text,
        max_lead=limits.max_lead,
        context_idle=limits.context_idle,
        session_idle=limits.session_idle,
    )


def _opened(opened: events.ContextOpened) -> pb.ContextOpened:
    output = opened.output
    told = pb.AudioFormat(encoding=output.encoding, sample_rate=output.sample_rate, bit_rate=output.bit_rate)
    return pb.ContextOpened(context_id=opened.context_id, voice=opened.voice, output=told)


def _word(word: events.Word) -> pb.Word:
    return pb.Word(text_start=word.text_start, text_end=word.text_end, start=word.start, end=word.end)


def _usage(usage: events.Usage) -> pb.Usage:
    return pb.Usage(characters=usage.characters, audio_seconds=usage.audio_seconds)


def _voice(voice: Voice) -> pb.Voice:
    return pb.Voice(
        name=voice.name,
        engine=voice.engine,
        language=voice.language,
        gender=voice.gender,
        display_name=voice.display_name,
        sample_rate=voice.sample_rate,
    )
