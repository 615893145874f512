"""The wire: a call becomes a job for the engine thread, and what the engine says becomes its replies."""

import asyncio
from itertools import count

from grpc import StatusCode
from grpc.aio import ServicerContext

from protos import synth_pb2, synth_pb2_grpc
from synth.batcher import Job
from synth.call import Call, EngineFailed
from synth.engines import Engine
from synth.gpu import EngineThread
from synth.request import InvalidRequest, read_due, read_utterance

Context = ServicerContext[synth_pb2.SynthesizeRequest, synth_pb2.SynthesizeReply]


class SynthesisService(synth_pb2_grpc.SynthesisServicer):
    """Takes calls between `open` and `drain`; else they are answered with UNAVAILABLE."""

    def __init__(self, engine: Engine, thread: EngineThread) -> None:
        self._engine = engine
        self._thread = thread
        self._job_ids = count(1)
        self._open = False
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def open(self) -> None:
        self._open = True

    async def drain(self) -> None:
        """Takes no more calls; returns when the running ones have ended."""
        self._open = False
        await self._idle.wait()

    async def Synthesize(self, request: synth_pb2.SynthesizeRequest, context: Context) -> None:  # type: ignore[override] # noqa: N802 - the wire's name; replies are written, so that a cancelled call ends here and at once
        if not self._open:
            await context.abort(StatusCode.UNAVAILABLE, "this worker is starting or stopping")
        self._running += 1
        self._idle.clear()
        try:
            await self._speak(request, context)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def Describe(self, request: synth_pb2.DescribeRequest, context: Context) -> synth_pb2.DescribeReply:  # noqa: N802, ARG002 - the wire's
        return synth_pb2.DescribeReply(
            engine=self._engine.name,
            sample_rate=self._engine.sample_rate,
            deterministic=self._engine.deterministic,
            voices=[
                synth_pb2.Voice(
                    name=voice.name, language=voice.language, gender=voice.gender, display_name=voice.display_name
                )
                for voice in self._engine.voices()
            ],
        )

    async def _speak(self, request: synth_pb2.SynthesizeRequest, context: Context) -> None:
        try:
            utterance, due_in = read_utterance(request, self._engine), read_due(request)
        except InvalidRequest as error:
            await context.abort(StatusCode.INVALID_ARGUMENT, str(error))
        job, call = Job(next(self._job_ids), utterance, due_in), Call(self._engine.sample_rate)
        if not self._thread.submit(job, call.hear):
            await context.abort(StatusCode.RESOURCE_EXHAUSTED, "the queue is full")
        try:
            await _write_replies(call, context)
        except EngineFailed as error:
            await context.abort(StatusCode.INTERNAL, str(error)[:200])
        finally:
            self._thread.abandon(job.job_id)


async def _write_replies(call: Call, context: Context) -> None:
    while not (reply := await call.reply()).HasField("done"):
        await context.write(reply)
    await context.write(reply)
