"""What speaks: the workers, as clients of theirs see them, and what runs a session over them."""

import asyncio
from collections.abc import Sequence

from gateway.audio.pool import EncoderPool
from gateway.metrics import Metrics
from gateway.runner import Runner
from gateway.server.ground import Ground
from gateway.workers.synth_client import SynthClient

WORKERS_EVERY = 1.0  # seconds between two looks at the workers for the metrics


def open_workers(ground: Ground, addresses: Sequence[str]) -> SynthClient:
    config = ground.config
    synth = SynthClient(addresses, default_voice=config.default_voice, voice_aliases=config.voice_aliases)
    ground.stack.push_async_callback(synth.close)
    ground.keep_doing(synth.run())
    ground.keep_doing(_watch(synth, ground.metrics))
    return synth


def open_runner(ground: Ground, synth: SynthClient) -> Runner:
    """For live streams."""
    encoders = EncoderPool(ground.config.encoder_threads)
    ground.stack.callback(encoders.close)
    return Runner(synth, encoders, ground.metrics, ground.config.limits, ground.config.write_deadline)


async def _watch(synth: SynthClient, metrics: Metrics) -> None:
    while True:
        for number, serving in enumerate(synth.serving):
            metrics.worker_up.labels(str(number)).set(serving)
        await asyncio.sleep(WORKERS_EVERY)
