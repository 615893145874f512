"""From the outbox onto the wire: each context's audio through its encoder, everything through the dialect.

The encoder stands behind the outbox: audio that a barge-in drops was never encoded, and the stream has no hole. Before
a pause (the last flush is done, or the listener barged in) the encoder is filled up with silence, so that all that was
said can be heard, and nothing of it is left to sound later.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gateway.alarm import Alarm
from gateway.audio.pool import EncoderPool, PooledEncoder
from gateway.core.events import (
    Audio,
    AudioAdjusted,
    AudioFrame,
    Cleared,
    ContextDone,
    ContextOpened,
    Event,
    Failed,
    FlushDone,
    SessionDone,
)
from gateway.dialects import Close, Dialect
from gateway.errors import CLOSE_NORMAL
from gateway.outbox import Outbox
from gateway.wire import Wire

# Events before others have their turn, some milliseconds of work. More than what the frames can cause that are read in
# one go, so that what waits for a client that reads gets ever less.
AT_ONCE = 64


@dataclass(slots=True)
class Stream:
    """A context's bytes. The encoder is opened with the first audio; flush_id, sequence: of the last frame.

    samples: that were encoded, at the voice's rate, with the silence that was added; head: ContextDone's.
    """

    opened: ContextOpened
    encoder: PooledEncoder | None = None
    flush_id: int = 0
    sequence: int = 0
    samples: int = 0
    head: bytes = b""

    @property
    def until(self) -> float:
        return self.samples / self.opened.sample_rate


class Writer:
    def __init__(
        self,
        wire: Wire,
        dialect: Dialect[Any, Any],
        outbox: Outbox,
        encoders: EncoderPool,
        deadline: float,
        *,
        speaking: Callable[[str], bool],
        adjusted: Callable[[AudioAdjusted], None],
        sent: Callable[[Event, int], None],
    ) -> None:
        """Tells and asks.

        speaking: whether a context's audio goes on by itself; adjusted: is told of silence added; sent: of what has
        left, and how many bytes of audio with it.
        """
        self._wire = wire
        self._dialect = dialect
        self._outbox = outbox
        self._encoders = encoders
        self._deadline = deadline
        self._speaking = speaking
        self._adjusted = adjusted
        self._sent = sent
        self._streams: dict[str, Stream] = {}
        self._closed = False

    async def run(self) -> None:
        """Writes until the session is done. Raises TimeoutError when the client does not read, ConnectionError when it
        is gone.
        """
        async with asyncio.timeout(None) as late:
            self._alarm = Alarm(lambda: late.reschedule(-math.inf))
            try:
                while not self._closed:
                    await self._write_some()
                    await asyncio.sleep(0)  # a client that reads as fast as we write makes us wait nowhere
            finally:
                self._alarm.close()

    def close(self) -> None:
        """On every path: the encoders end with the connection."""
        for stream in self._streams.values():
            if stream.encoder is not None:
                stream.encoder.close()
        self._streams.clear()

    async def _write_some(self) -> None:
        for _ in range(AT_ONCE):
            if not self._closed:
                await self._write_next()

    async def _write_next(self) -> None:
        event = await self._outbox.take()
        size = await self._write_audio_of(event)
        if not isinstance(event, Audio):
            await self._write(self._headed(event))
        self._sent(event, size)
        if isinstance(event, SessionDone) and not self._closed:
            await self._send(Close(CLOSE_NORMAL))

    async def _write_audio_of(self, event: Event) -> int:
        """The audio that goes before or is the event. Bytes written."""
        match event:
            case Audio():
                return await self._encode(self._streams[event.context_id], event)
            case ContextOpened():
                self._streams[event.context_id] = Stream(event)
            case FlushDone(context_id=context_id):
                return await self._end_flush(self._streams[context_id])
            case Cleared():
                return await self._pause(self._streams[event.context_id])
            case Failed(context_id=str(context_id)) if context_id in self._streams:
                return await self._finish(self._streams[context_id])
            case ContextDone() if event.context_id in self._streams:
                return await self._finish(self._streams[event.context_id])
        return 0

    def _headed(self, event: Event) -> Event:
        """With what is known of a context's audio only now, at its end."""
        if isinstance(event, ContextDone) and (stream := self._streams.pop(event.context_id, None)) and stream.head:
            return replace(event, head=stream.head)
        return event

    async def _end_flush(self, stream: Stream) -> int:
        """What is left in the encoder leaves now, unless the next flush's audio follows it without a gap."""
        context_id = stream.opened.context_id
        coming = self._outbox.coming(context_id)
        if stream.opened.output.per_flush or isinstance(coming, Failed | ContextDone):
            return await self._finish(stream)
        goes_on = isinstance(coming, Audio) or (coming is None and self._speaking(context_id))
        return 0 if goes_on else await self._pause(stream)

    async def _encode(self, stream: Stream, audio: Audio) -> int:
        if stream.encoder is None:
            stream.encoder = self._encoders.open(stream.opened.output, stream.opened.sample_rate)
        stream.flush_id = audio.flush_id
        stream.samples += len(audio.pcm) // 2
        return await self._write_frames(stream, await stream.encoder.encode(audio.pcm))

    async def _pause(self, stream: Stream) -> int:
        if stream.encoder is None:
            return 0
        frames, silence = await stream.encoder.pause()
        if silence:
            added = round(silence * stream.opened.sample_rate)
            stream.samples += added
            self._adjusted(AudioAdjusted(stream.opened.context_id, added))
        return await self._write_frames(stream, frames)

    async def _finish(self, stream: Stream) -> int:
        if stream.encoder is None:
            return 0
        encoder, stream.encoder = stream.encoder, None
        try:
            frames = await encoder.finish()
            if not stream.opened.output.per_flush:  # each of these streams would have its own
                stream.head = encoder.head
            return await self._write_frames(stream, frames)
        finally:
            encoder.close()

    async def _write_frames(self, stream: Stream, frames: list[bytes]) -> int:
        """What is ready together leaves together, unless each frame must be a message of its own."""
        for audio in frames if stream.opened.output.in_packets else filter(None, [b"".join(frames)]):
            stream.sequence += 1
            frame = AudioFrame(stream.opened.context_id, stream.flush_id, stream.sequence, audio, stream.until)
            await self._write(frame)
        return sum(map(len, frames))

    async def _write(self, event: Event | AudioFrame) -> None:
        for frame in self._dialect.encode(event):
            if self._closed:
                return
            await self._send(frame)

    async def _send(self, frame: Any) -> None:
        """The deadline is each frame's own: a listener may take a long piece of audio no faster than it plays."""
        self._alarm.set_in(self._deadline)
        if isinstance(frame, Close):
            self._closed = True
            await self._wire.close(frame)
        else:
            await self._wire.send(frame)
        self._alarm.clear()
