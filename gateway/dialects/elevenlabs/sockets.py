"""ElevenLabs' sockets: stream-input and multi-stream-input, of text-to-speech/{voice} and of text-to-dialogue.

Facts: the vendor's specification and what its SDKs, LiveKit's and Pipecat's clients send and read. Several contexts, or
one whose end is the connection's.

    text                    opens a context; white space that opens one is not spoken
    no text                 a sign of life; an empty one on the single socket, without flush: there is no more
    flush                   speak what there is
    close_context           speak the rest, then the final message; a second time: nothing more, then that message
    close_socket            the same for every context, then the connection ends

What names a context that is not open, and does not open it, is ignored. The final message comes once, alone, last.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from msgspec import UNSET

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.core.pacing.policy import DEFAULT_LATENCY, Policy
from gateway.dialects import Close, encode_json
from gateway.dialects.elevenlabs.alignment import Alignment
from gateway.dialects.elevenlabs.errors import CLOSE_POLICY, code_of, describe
from gateway.dialects.elevenlabs.said import Said, Spelling
from gateway.dialects.elevenlabs.spoken import Spoken
from gateway.dialects.elevenlabs.utterance import Frames, Utterance, Utterances
from gateway.dialects.elevenlabs.wishes import WHOLE_SENTENCES, Wishes
from gateway.errors import CLOSE_NORMAL, InvalidMessage, InvalidSetting, SpeechError

UNNAMED = "default"
MOST_NAME = 128  # characters of a context's name, which each audio message repeats
LONGEST_CHUNK = 500  # characters; the vendor's
IDLE = {"message": "no text came for too long", "error": "input_timeout_exceeded", "code": CLOSE_POLICY}


class ElevenLabsDialect:
    def __init__(self, name: str, spelling: Spelling, wishes: Wishes, *, multi: bool) -> None:
        self.name = name
        self._spelling = spelling
        self._wishes = wishes
        self._multi = multi
        self._utterances = Utterances()
        self._error: SpeechError | None = None

    def limits(self, limits: events.Limits) -> events.Limits:
        idle = min(limits.context_idle, self._wishes.idle or limits.context_idle)
        return replace(limits, context_idle=idle, max_contexts=limits.max_contexts if self._multi else 1)

    # what the client says

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        said = self._spelling.read(frame)
        if len(said.name) > MOST_NAME:
            raise InvalidMessage(f"a context_id has at most {MOST_NAME} characters")
        ends = said.ends and not self._multi
        commands = self._about(said, closes=said.closes or ends)
        if ends or said.closes_socket:
            commands.append(events.CloseSession())
        return commands or [events.KeepAlive("")]

    def _about(self, said: Said, *, closes: bool) -> list[events.Command]:
        name = (said.name or UNNAMED) if self._multi else ""
        utterance = self._utterances.find(name)
        if utterance is not None and not utterance.closing:
            return self._go_on(utterance, said, said.text, closes=closes)
        if said.opens:
            utterance, opened = self._open(name, said)
            return [opened, *self._go_on(utterance, said, said.text if said.text.strip() else "", closes=closes)]
        if utterance is not None and closes:
            utterance.aborted = True
            return [events.Clear(utterance.number)]
        return []

    def _go_on(self, utterance: Utterance, said: Said, text: str, *, closes: bool) -> list[events.Command]:
        commands: list[events.Command] = []
        if text:
            if self._wishes.sentences and not text[-1].isspace():
                text += " "
            utterance.alignment.append(text)
            commands.append(events.AppendText(utterance.number, text))
        if said.flush:
            utterance.marks.append(utterance.alignment.received)
            commands.append(events.Flush(utterance.number))
        if closes:
            utterance.closing = True
            commands.append(events.CloseContext(utterance.number))
        return commands or [events.KeepAlive(utterance.number)]

    def _open(self, name: str, first: Said) -> tuple[Utterance, events.OpenContext]:
        wishes = self._wishes
        alignment = Alignment(every=wishes.every, markup=wishes.text_format != "plain")
        utterance = self._utterances.begin(name, alignment)
        return utterance, events.OpenContext(
            utterance.number,
            wishes.voice or first.voice,
            wishes.language,
            first.speed,
            output=wishes.output,
            text_format=wishes.text_format,
            words=self._spelling.timed,
            latency=WHOLE_SENTENCES if wishes.sentences else _policy(first.schedule),
            hush=HUSH,
        )

    # what it hears

    def expire(self, context_id: str) -> None:
        self._utterances.numbered(context_id).expired = True

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.AudioFrame() | events.Words():
                return self._tell(event.context_id, event)
            case events.SessionDone():
                return self._end()
            case events.Failed(context_id=None, error=error):
                self._error = error
                return [encode_json(describe(error))]
            case events.Warned() | events.SessionOpened() | events.ContextOpened() | events.Cleared():
                return []
        assert event.context_id is not None, "what belongs to nobody has been dealt with"
        return self._tell(event.context_id, event)

    def _tell(self, number: str, event: events.Event | events.AudioFrame) -> Frames:
        utterance = self._utterances.numbered(number)
        return self._utterances.tell(utterance, self._say(utterance, event))

    def _say(self, utterance: Utterance, event: events.Event | events.AudioFrame) -> Frames:
        match event:
            case events.AudioFrame(audio=audio, until=until) if not utterance.aborted:
                return [self._speech(utterance, audio, utterance.alignment.advance(until))]
            case events.Words(words=words):
                utterance.alignment.hear(words)
            case events.FlushDone():
                return self._flushed(utterance)
            case events.Failed(error=error):
                utterance.error = error
                return [self._message(utterance, describe(error))]
            case events.ContextDone():
                return self._finish(utterance)
        return []

    def _flushed(self, utterance: Utterance) -> Frames:
        """A flush that its client did not ask for is that of the end, and of everything."""
        rest = self._rest(utterance, utterance.marks.popleft() if utterance.marks else utterance.alignment.received)
        flushed = self._spelling.flushed()
        return rest if flushed is None or utterance.aborted else [*rest, self._message(utterance, flushed)]

    def _finish(self, utterance: Utterance) -> Frames:
        self._utterances.end(utterance)
        final = self._message(utterance, self._spelling.final())
        rest = self._rest(utterance, utterance.alignment.received)
        if self._multi:
            return [*rest, final]
        if utterance.error is not None:
            return [Close(code_of(utterance.error), utterance.error.message)]
        if utterance.expired:
            return [*rest, encode_json(IDLE), Close(CLOSE_POLICY, str(IDLE["message"]))]
        return [*rest, final, Close(CLOSE_NORMAL)]

    def _rest(self, utterance: Utterance, received: int) -> Frames:
        """What has made no sound of its own, and was not told with the audio around it."""
        spoken = utterance.rest(received) if self._spelling.timed else None
        return [] if spoken is None else [self._speech(utterance, None, spoken)]

    def _end(self) -> Frames:
        """Of a session whose last context has ended, or that never had one."""
        if self._error is not None:
            return [Close(code_of(self._error), self._error.message)]
        return [Close(CLOSE_NORMAL)] if self._multi else [encode_json(self._spelling.final()), Close(CLOSE_NORMAL)]

    def _speech(self, utterance: Utterance, audio: bytes | None, spoken: Spoken | None) -> str:
        return encode_json(self._spelling.speech(utterance.name if self._multi else UNSET, audio, spoken))

    def _message(self, utterance: Utterance, fields: dict[str, Any]) -> str:
        if self._multi:
            fields.update(dict.fromkeys(self._spelling.names, utterance.name))
        return encode_json(fields)


def _policy(schedule: tuple[int, ...]) -> str | Policy:
    if not schedule:
        return DEFAULT_LATENCY
    if not all(0 <= characters <= LONGEST_CHUNK for characters in schedule):
        raise InvalidSetting(f"chunk_length_schedule has numbers up to {LONGEST_CHUNK}")
    return Policy(lengths=schedule)
