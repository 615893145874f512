"""ElevenLabs' sockets: stream-input and multi-stream-input, of text-to-speech/{voice} and of text-to-dialogue.

Facts: the vendor's specification and what its SDKs, LiveKit's and Pipecat's clients send and read. Several contexts, or
one whose end is the connection's.

    text                    opens a context; white space that opens one is not spoken
    no text                 a sign of life; an empty one on the single socket, without flush: there is no more
    flush                   speak what there is
    close_context           speak the rest, then the final message; a second time: nothing more, then that message
    close_socket            the same for every context, then the connection ends

What names a context that is not open, and does not open it, is ignored.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.core import events
from gateway.core.hush import HUSH
from gateway.core.pacing.policy import DEFAULT_LATENCY, Policy
from gateway.dialects import Close
from gateway.dialects.elevenlabs.alignment import Alignment
from gateway.dialects.elevenlabs.replies import Replies
from gateway.dialects.elevenlabs.said import Said, Spelling
from gateway.dialects.elevenlabs.utterance import Utterance, Utterances
from gateway.dialects.elevenlabs.wishes import WHOLE_SENTENCES, Wishes
from gateway.errors import InvalidMessage, InvalidSetting

UNNAMED = "default"
MOST_NAME = 128  # characters of a context's name, which each audio message repeats
LONGEST_CHUNK = 500  # characters; the vendor's


class ElevenLabsDialect:
    def __init__(self, name: str, spelling: Spelling, wishes: Wishes, *, multi: bool) -> None:
        self.name = name
        self._spelling = spelling
        self._wishes = wishes
        self._multi = multi
        self._utterances = Utterances()
        self._replies = Replies(spelling, self._utterances, multi=multi)

    def limits(self, limits: events.Limits) -> events.Limits:
        idle = min(limits.context_idle, self._wishes.idle or limits.context_idle)
        return replace(limits, context_idle=idle, max_contexts=limits.max_contexts if self._multi else 1)

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

    def expire(self, context_id: str) -> None:
        self._utterances.numbered(context_id).expired = True

    def encode(self, event: events.Event | events.AudioFrame) -> Sequence[str | Close]:
        return self._replies.encode(event)


def _policy(schedule: tuple[int, ...]) -> str | Policy:
    if not schedule:
        return DEFAULT_LATENCY
    if not all(0 <= characters <= LONGEST_CHUNK for characters in schedule):
        raise InvalidSetting(f"chunk_length_schedule has numbers up to {LONGEST_CHUNK}")
    return Policy(lengths=schedule)
