"""A worker in this process, behind a real socket."""

from contextlib import asynccontextmanager

import grpc
import pytest

from protos import synth_pb2_grpc
from synth.config import ToneOptions, WorkerConfig
from synth.engines.tone import ToneEngine
from synth.server import Worker


@pytest.fixture
def serving(tmp_path):
    """`async with serving(engine, **config) as (channel, worker)`; tone options make a tone engine."""

    @asynccontextmanager
    async def serve(engine=None, *, max_queued_audio=1200.0, **tone):
        config = WorkerConfig(listen=f"unix:{tmp_path}/synth", max_queued_audio=max_queued_audio)
        worker = Worker(config, engine or ToneEngine(ToneOptions(**tone)))
        await worker.start()
        async with grpc.aio.insecure_channel(worker.address) as channel:
            try:
                yield channel, worker
            finally:
                await worker.stop(0)

    return serve


@pytest.fixture
def speaking(serving):
    """The same, but gives only the stub that speaks."""

    @asynccontextmanager
    async def speak(engine=None, **options):
        async with serving(engine, **options) as (channel, _worker):
            yield synth_pb2_grpc.SynthesisStub(channel)

    return speak
