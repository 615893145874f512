"""The worker as a running thing: engine, thread, service and health, from start to a drained end."""

import asyncio
from contextlib import suppress

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from protos import synth_pb2, synth_pb2_grpc
from synth.batching import Batcher, Job, Limits
from synth.config import WorkerConfig
from synth.engines import Engine, EngineError, Prepared, Utterance
from synth.gpu import Broken, EngineThreads, Message, Piece
from synth.preparer import Outcome, Preparer
from synth.service import SynthesisService

SERVICE = synth_pb2.DESCRIPTOR.services_by_name["Synthesis"].full_name
WARM_UP = 0  # a job id that no call has
STOP = 1.0  # seconds that the engine has to notice that everything is abandoned
LOOK_EVERY = 1.0  # seconds
# A gateway that vanished without a word is noticed within 15 s; with gRPC's defaults never, and with keepalive alone
# after a minute, behind gRPC's own pings (measured). Gateways may ping as often as each second.
OPTIONS = (
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.ping_timeout_ms", 5_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 1_000),
    ("grpc.max_receive_message_length", -1),  # one text that is far too long must not end the stream of all others
    ("grpc.so_reuseport", 0),  # a taken port is an error, not a second worker behind it
)


class Worker:
    """`address` is where it listens; `ended` has the exception if its engine thread dies, and then it must go."""

    def __init__(self, config: WorkerConfig, engine: Engine) -> None:
        self._config = config
        self._engine = engine
        limits = Limits(engine.max_batch, config.max_queued_audio, config.max_late, headroom=config.headroom)
        self._threads = EngineThreads(engine, Batcher(limits, engine.cost, engines=engine.speaking_threads))
        self._preparer = Preparer(engine, self._threads.fail)
        self._service = SynthesisService(engine, self._preparer, self._threads)
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(options=OPTIONS)
        self._watching: asyncio.Task[None] | None = None
        self.ended = self._threads.ended
        self.address = config.listen

    async def start(self) -> None:
        """Listens at once and serves after the first real synthesis. Raises EngineError if that fails."""
        await self._tell_health(health_pb2.HealthCheckResponse.NOT_SERVING)
        synth_pb2_grpc.add_SynthesisServicer_to_server(self._service, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        port = self._server.add_insecure_port(self._config.listen)
        if not self._config.listen.startswith("unix:"):
            self.address = f"{self._config.listen.rpartition(':')[0]}:{port}"
        await self._server.start()
        self._threads.start()
        await self._warm_up()
        self._service.open()
        await self._tell_health(health_pb2.HealthCheckResponse.SERVING)
        self._watching = asyncio.create_task(self._watch())

    async def stop(self, grace: float) -> None:
        """Takes no more calls and gives the running ones so many seconds."""
        if self._watching is not None:
            self._watching.cancel()
        await self._health.enter_graceful_shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._service.drain()
        await self._server.stop(0)  # those still running are cancelled, which their gateway sees
        self._preparer.close()
        self._threads.stop(STOP)

    async def _warm_up(self) -> None:
        heard: list[Message] = []
        last: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def hear(message: Message) -> None:
            heard.append(message) if isinstance(message, Piece) else last.set_result(message)

        def submit(outcome: Outcome) -> None:
            if isinstance(outcome, Prepared):
                self._threads.submit(Job(WARM_UP, outcome), hear)
            else:
                last.set_result(Broken(str(outcome)))

        self._preparer.prepare(Utterance("Ready.", self._engine.voices()[0].name), submit)
        await asyncio.wait((last, self.ended), return_when=asyncio.FIRST_COMPLETED)
        if self.ended.done():
            self.ended.result()
        if isinstance(broken := last.result(), Broken):
            raise EngineError(broken.reason)
        if not heard:
            raise EngineError("the engine is silent")

    async def _watch(self) -> None:
        """An engine that may never come back does not serve: who watches this worker replaces it."""
        stuck = False
        while True:
            await asyncio.sleep(LOOK_EVERY)
            before, stuck = stuck, self._threads.load().stuck
            if stuck != before:
                status = health_pb2.HealthCheckResponse
                await self._tell_health(status.NOT_SERVING if stuck else status.SERVING)

    async def _tell_health(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for name in ("", SERVICE):
            await self._health.set(name, status)
