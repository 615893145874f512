"""One gateway process: its parts, and its life from the first connection to the end of the drain."""

import asyncio
import gc
from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog

from gateway.config import GatewayConfig
from gateway.jobs.batches import Batches
from gateway.metrics import Metrics
from gateway.previews import Previews
from gateway.server.accounts import open_accounts, open_door
from gateway.server.ground import open_ground
from gateway.server.jobs import open_jobs
from gateway.server.leaving import when_told_to_leave
from gateway.server.library import open_audio, open_library
from gateway.server.listening import listen
from gateway.server.place import Place
from gateway.server.routes import Parts, open_app
from gateway.server.speech import open_runner, open_workers
from gateway.server.webhooks import open_webhooks

log = structlog.get_logger()


async def serve(config: GatewayConfig, workers: Sequence[str], metrics: Metrics, place: Place) -> None:
    """Serves until it is told to leave, then drains. Raises ConfigError and OSError when it cannot start."""
    stop = asyncio.Event()
    when_told_to_leave(stop.set)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        ground = await open_ground(config, place, metrics, stack, tasks)
        store = await open_audio(ground)
        accounts = await open_accounts(ground)
        synth = open_workers(ground, workers)
        runner = open_runner(ground, synth)
        door = open_door(ground, accounts, runner)
        jobs, workshop = open_jobs(ground, store, runner)
        webhooks = open_webhooks(ground)
        shelves, batches = await open_library(ground, store), Batches(ground.writing)
        previews = Previews(workshop.runner, store, config.audio_link_life)
        ground.keep_doing(previews.run())
        parts = Parts(config, metrics, synth, door, accounts.tokens, store, jobs, batches, previews, webhooks, shelves)
        app = open_app(parts)
        speaking_jobs = tasks.create_task(workshop.run())
        ports = await listen(ground, app, door, synth)
        # What is here now stays. To look through it for garbage took 76 ms each time (measured), and nothing left then.
        gc.freeze()
        log.info("listening", host=config.host, **ports)

        await stop.wait()
        log.info("draining", seconds=config.drain_time)
        speaking_jobs.cancel()  # others take them over at once
        await runner.drain(config.drain_time)
        ground.rest()
    log.info("stopped")
