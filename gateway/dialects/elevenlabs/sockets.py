"""ElevenLabs' text-to-speech sockets: /v1/text-to-speech/{voice}/stream-input and /multi-stream-input.

Facts: the vendor's specification and what its SDKs, LiveKit's and Pipecat's clients send and read. Several contexts, or
one whose end is the connection's. Every key of a reply that clients spell in two ways is there in both.

    " "                     opens a context; in one that is open it is text
    ""                      a sign of life; on the single socket, without flush, the end of the text
    flush                   speak what there is
    close_context           speak the rest, then isFinal; a second time: nothing more, then isFinal
    close_socket            the same for every context, then the connection ends

What names a context that is not open is ignored, unless it has text, which opens it. isFinal comes once, alone, last.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from gateway.core import events
from gateway.core.pacing.policy import DEFAULT_LATENCY, Policy
from gateway.dialects import Close, decode_json
from gateway.dialects.elevenlabs.alignment import Alignment, Spoken
from gateway.dialects.elevenlabs.errors import CLOSE_POLICY, code_of, describe
from gateway.dialects.elevenlabs.messages import MESSAGE, MOST_NAME, Message
from gateway.dialects.elevenlabs.utterance import Frames, Utterance, Utterances
from gateway.dialects.elevenlabs.wishes import WHOLE_SENTENCES, Wishes
from gateway.errors import CLOSE_NORMAL, InvalidMessage, InvalidSetting, SpeechError

UNNAMED = "default"
HUSH = 0.1  # seconds; LiveKit takes a turn without audio for a failure, and asks again
LONGEST_CHUNK = 500  # characters; the vendor's
IDLE = {"message": "no text came for too long", "error": "input_timeout_exceeded", "code": CLOSE_POLICY}


class ElevenLabsDialect:
    def __init__(self, wishes: Wishes, *, multi: bool) -> None:
        self.name = "elevenlabs_multi" if multi else "elevenlabs"
        self._wishes = wishes
        self._multi = multi
        self._utterances = Utterances()
        self._error: SpeechError | None = None

    def limits(self, limits: events.Limits) -> events.Limits:
        idle = min(limits.context_idle, self._wishes.idle or limits.context_idle)
        return replace(limits, context_idle=idle, max_contexts=limits.max_contexts if self._multi else 1)

    # what the client says

    def decode(self, frame: str | bytes) -> Sequence[events.Command]:
        message = decode_json(MESSAGE, frame)
        if len(message.name) > MOST_NAME:
            raise InvalidMessage(f"a context_id has at most {MOST_NAME} characters")
        ends = not self._multi and message.text == "" and not message.flush
        commands = self._about(message, closes=bool(message.close_context or ends))
        if ends or message.close_socket:
            commands.append(events.CloseSession())
        return commands or [events.KeepAlive("")]

    def _about(self, message: Message, *, closes: bool) -> list[events.Command]:
        name = (message.name or UNNAMED) if self._multi else ""
        utterance = self._utterances.find(name)
        if closes and utterance is not None and utterance.closing and not message.text:
            utterance.aborted = True
            return [events.Clear(utterance.number)]
        commands: list[events.Command] = []
        if message.text and (utterance is None or utterance.closing):
            utterance, opened = self._open(name, message)
            commands.append(opened)
            text = message.text if not message.text.isspace() else ""
        else:
            text = message.text or ""
        if utterance is None or utterance.closing:
            return []
        return commands + self._go_on(utterance, text, flush=bool(message.flush), closes=closes)

    def _go_on(self, utterance: Utterance, text: str, *, flush: bool, closes: bool) -> list[events.Command]:
        commands: list[events.Command] = []
        if text:
            if self._wishes.sentences and not text[-1].isspace():
                text += " "
            utterance.alignment.append(text)
            commands.append(events.AppendText(utterance.number, text))
        if flush:
            utterance.marks.append(utterance.alignment.received)
            commands.append(events.Flush(utterance.number))
        if closes:
            utterance.closing = True
            commands.append(events.CloseContext(utterance.number))
        return commands or [events.KeepAlive(utterance.number)]

    def _open(self, name: str, first: Message) -> tuple[Utterance, events.OpenContext]:
        wishes = self._wishes
        alignment = Alignment(every=wishes.every, markup=wishes.text_format != "plain")
        utterance = self._utterances.begin(name, alignment)
        return utterance, events.OpenContext(
            utterance.number,
            wishes.voice,
            wishes.language,
            first.speed,
            output=wishes.output,
            text_format=wishes.text_format,
            words=True,
            latency=WHOLE_SENTENCES if wishes.sentences else _policy(first.schedule),
            hush=HUSH,
        )

    # what it hears

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        match event:
            case events.SessionDone():
                return self._end()
            case events.Failed(context_id=None, error=error):
                self._error = error
                return [_json(describe(error))]
            case events.Warned() | events.SessionOpened() | events.ContextOpened() | events.Cleared():
                self._note(event)
                return []
        assert event.context_id is not None, "what belongs to nobody has been dealt with"
        utterance = self._utterances.numbered(event.context_id)
        return self._utterances.tell(utterance, self._say(utterance, event))

    def _note(self, event: events.Event) -> None:
        if isinstance(event, events.Warned) and event.context_id and event.code == "idle_timeout":
            self._utterances.numbered(event.context_id).idle = True

    def _say(self, utterance: Utterance, event: events.Event | events.AudioFrame) -> Frames:
        match event:
            case events.Words(words=words):
                utterance.alignment.hear(words)
            case events.AudioFrame(audio=audio, until=until) if not utterance.aborted:
                return [self._speech(utterance, audio, utterance.alignment.advance(until))]
            case events.FlushDone() if utterance.marks:
                return self._rest(utterance, utterance.marks.popleft())
            case events.Failed(error=error):
                utterance.error = error
                return [self._message(utterance, describe(error))]
            case events.ContextDone():
                return self._finish(utterance)
        return []

    def _finish(self, utterance: Utterance) -> Frames:
        self._utterances.end(utterance)
        final = self._message(utterance, {"isFinal": True})
        rest = self._rest(utterance, utterance.alignment.received)
        if self._multi:
            return [*rest, final]
        if utterance.error is not None:
            return [Close(code_of(utterance.error), utterance.error.message)]
        if utterance.idle:
            return [*rest, _json(IDLE), Close(CLOSE_POLICY, str(IDLE["message"]))]
        return [*rest, final, Close(CLOSE_NORMAL)]

    def _rest(self, utterance: Utterance, received: int) -> Frames:
        """What has made no sound of its own, and was not told with the audio around it."""
        spoken = utterance.rest(received)
        return [] if spoken is None else [self._speech(utterance, None, spoken)]

    def _end(self) -> Frames:
        """Of a session whose last context has ended, or that never had one."""
        if self._error is not None:
            return [Close(code_of(self._error), self._error.message)]
        return [Close(CLOSE_NORMAL)] if self._multi else [_json({"isFinal": True}), Close(CLOSE_NORMAL)]

    def _speech(self, utterance: Utterance, audio: bytes | None, spoken: Spoken | None) -> str:
        aligned = None if spoken is None else _aligned(spoken)
        fields = {"audio": audio, "isFinal": None, "normalizedAlignment": aligned, "alignment": aligned}
        return self._message(utterance, fields)

    def _message(self, utterance: Utterance, fields: dict[str, Any]) -> str:
        if self._multi:
            fields = {**fields, "contextId": utterance.name, "context_id": utterance.name}
        return _json(fields)


def _policy(schedule: tuple[int, ...]) -> str | Policy:
    if not schedule:
        return DEFAULT_LATENCY
    if not all(0 <= characters <= LONGEST_CHUNK for characters in schedule):
        raise InvalidSetting(f"chunk_length_schedule has numbers up to {LONGEST_CHUNK}")
    return Policy(lengths=schedule)


def _aligned(spoken: Spoken) -> msgspec.Raw:
    durations = [end - start for start, end in zip(spoken.starts, spoken.ends, strict=True)]
    return msgspec.Raw(
        msgspec.json.encode(
            {
                "chars": spoken.characters,
                "charStartTimesMs": [start - spoken.begin for start in spoken.starts],
                "charDurationsMs": durations,
                "charsDurationsMs": durations,
            }
        )
    )


def _json(fields: dict[str, Any]) -> str:
    return msgspec.json.encode(fields).decode()
