"""pipecat-ai with one of its services, as a bot uses them: the pipeline from the model to the loudspeaker.

Works with pipecat 0.0.100 and with 1.x.
"""

import asyncio
import sys

import aiohttp
from conversation import Turn, configured, hold
from pipecat.frames.frames import (
    EndFrame,
    ErrorFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    StartFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.tts_service import TTSService
from pipecat.services.websocket_service import WebsocketService
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

RATE = 24_000
NANOSECONDS = 1e9
# What follows a stop frame within this belongs to the same turn: services that ask sentence by sentence.
SAME_TURN = 0.5


class Ear(FrameProcessor):
    """Stands behind the service: hears what it makes, in which order, and on which clock its words are."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = Turn([])
        self.started = asyncio.Event()
        self.stopped = asyncio.Event()
        self.cut = asyncio.Event()
        self._words: list[tuple[str, int]] = []  # text, nanoseconds of the pipeline's clock
        self._began = 0  # at the turn's first audio, on the same clock
        self._before = 0  # the last word of the turn before

    def listen(self, turn: Turn) -> None:
        self._before = max([at for _, at in self._words], default=self._before)
        self._words.clear()
        self.turn = turn
        self.started.clear()
        self.stopped.clear()
        self.cut.clear()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        match frame:
            case TTSAudioRawFrame():
                self._hear(frame)
            case TTSTextFrame():
                self._read(frame)
            case InterruptionFrame():
                self.cut.set()
            case TTSStartedFrame():
                self.started.set()
            case TTSStoppedFrame():
                self.started.clear()
                self.stopped.set()
        await self.push_frame(frame, direction)

    def _hear(self, frame: TTSAudioRawFrame) -> None:
        if self.turn.first_at is None:
            if not any(frame.audio):
                return  # 0.0 lets silence follow each turn
            self._began = self.get_clock().get_time()
        self.turn.rate = frame.sample_rate
        self.turn.hear(frame.audio)

    def _read(self, frame: TTSTextFrame) -> None:
        if frame.pts:
            self._words.append((frame.text, frame.pts))

    def tell_times(self) -> None:
        """A turn's times begin with its audio, or with the last word of the turn before if that is later."""
        began = max(self._began, self._before)
        times = [(text, (at - began) / NANOSECONDS) for text, at in self._words]
        self.turn.timing = [(text, at, at) for text, at in times]


class Watch(FrameProcessor):
    """Stands before the service: errors go upstream."""

    def __init__(self) -> None:
        super().__init__()
        self.failed = asyncio.Event()
        self.error = ""

    def fail(self, error: str) -> None:
        self.error = self.error or error
        self.failed.set()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, ErrorFrame):
            self.fail(frame.error)
        await self.push_frame(frame, direction)


class Loudspeaker(BaseOutputTransport):
    """Plays in real time, into nothing."""

    def __init__(self) -> None:
        super().__init__(TransportParams(audio_out_enabled=True))
        self._free_at = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + len(frame.audio) / (2 * frame.sample_rate)
        await asyncio.sleep(self._free_at - now)
        return True


class Bot:
    def __init__(self, key: str) -> None:
        self._http = aiohttp.ClientSession()
        self._ear, self._watch = Ear(), Watch()
        service = configured(sys.argv[1], key, session=self._http)
        if isinstance(service, WebsocketService):
            service.add_event_handler("on_connection_error", self._refused)
        pipeline = Pipeline([self._watch, service, self._ear, Loudspeaker()])
        self._task = PipelineTask(pipeline, params=PipelineParams(audio_out_sample_rate=RATE))
        self._running = asyncio.ensure_future(PipelineRunner(handle_sigint=False).run(self._task))

    async def _refused(self, _service: TTSService, error: str) -> None:
        self._watch.fail(error)

    async def speak(self, turn: Turn) -> None:
        self._ear.listen(turn)
        await self._task.queue_frame(LLMFullResponseStartFrame())
        async for delta in turn.write():
            await self._task.queue_frame(LLMTextFrame(delta))
        await self._task.queue_frame(LLMFullResponseEndFrame())
        await self._until(turn.interrupted, self._watch.failed, self._over)
        self._ear.tell_times()
        if turn.interrupted.is_set():
            await self._task.queue_frame(InterruptionFrame())
            await self._ear.cut.wait()  # what comes before it belongs to this turn still
        if self._watch.failed.is_set():
            turn.error = self._watch.error

    async def _until(self, *endings: object) -> None:
        waits = [asyncio.ensure_future(e.wait() if isinstance(e, asyncio.Event) else e()) for e in endings]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def _over(self) -> None:
        """Until the service has said that it stopped, and did not start again at once."""
        while True:
            await self._ear.stopped.wait()
            try:
                await asyncio.wait_for(self._ear.started.wait(), SAME_TURN)
            except TimeoutError:
                return
            self._ear.stopped.clear()

    async def close(self) -> None:
        await self._task.queue_frame(EndFrame())
        await self._running
        await self._http.close()


hold(Bot)
