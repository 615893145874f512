"""One call's side of the engine: what the engine has said and the wire has not yet taken."""

import asyncio
import time
from collections import deque

from protos import synth_pb2
from synth.engines import Word
from synth.gpu import SAMPLE_BYTES, Broken, Finished, Message, Piece

LARGEST_MESSAGE = 0.5  # seconds of audio; a message costs 30 to 45 us whatever its size (measured)


class EngineFailed(Exception):
    """The engine failed; the text says how, in a few words."""


class Call:
    """`hear` is the engine thread's listener; `reply` gives the next message for the wire.

    Whatever is ready goes at once, and while a message is being written the next one fills up: the first sound waits
    for nothing, and an engine that is faster than the wire costs few messages.
    """

    def __init__(self, sample_rate: int) -> None:
        self._largest = int(LARGEST_MESSAGE * sample_rate) * SAMPLE_BYTES
        self._submitted = time.monotonic()
        self._heard: deque[Message] = deque()
        self._something = asyncio.Event()

    def hear(self, message: Message) -> None:
        self._heard.append(message)
        self._something.set()

    async def reply(self) -> synth_pb2.SynthesizeReply:
        """The last one has `done`. Raises EngineFailed."""
        while not self._heard:
            self._something.clear()
            await self._something.wait()
        match self._heard[0]:
            case Broken(reason):
                raise EngineFailed(reason)
            case Finished() as finished:
                return self._last_reply(finished)
            case Piece() as piece:
                await asyncio.sleep(piece.ready_at - time.monotonic())
                return self._audio_reply()

    def _audio_reply(self) -> synth_pb2.SynthesizeReply:
        """Everything that is ready, up to the largest message; a larger piece is cut."""
        reply, pcm, now = synth_pb2.SynthesizeReply(), bytearray(), time.monotonic()
        while self._heard and isinstance(piece := self._heard[0], Piece) and len(pcm) < self._largest:
            if pcm and piece.ready_at > now:
                break
            self._heard.popleft()
            room = self._largest - len(pcm)
            if len(piece.pcm) > room:
                self._heard.appendleft(Piece(piece.pcm[room:], (), piece.ready_at))
            pcm += piece.pcm[:room]
            reply.words.extend(_word(word) for word in piece.words)
        reply.pcm = bytes(pcm)
        return reply

    def _last_reply(self, finished: Finished) -> synth_pb2.SynthesizeReply:
        return synth_pb2.SynthesizeReply(
            done=synth_pb2.Done(
                queued=finished.started - self._submitted,
                computed=finished.ended - finished.started,
                batch_size=finished.batch_size,
            )
        )


def _word(word: Word) -> synth_pb2.Word:
    return synth_pb2.Word(text_start=word.text_start, text_end=word.text_end, start=word.start, end=word.end)
