"""One gateway process: its objects, and its life from the first connection to the end of the drain."""

import asyncio
import signal
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import structlog
from aiohttp import web

from gateway.accounts.allowance import Allowance
from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.authenticator import Authenticator
from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import PLANS
from gateway.accounts.rates import open_rates
from gateway.accounts.tally import Tally
from gateway.accounts.tokens import TokenStore
from gateway.accounts.usage import Ledger
from gateway.audio.pool import EncoderPool
from gateway.config import GatewayConfig, check_exposure
from gateway.database.opening import open_database
from gateway.database.secrets import secret_of
from gateway.database.writing import Writing
from gateway.dialects.paths import DESKS, SURFACES
from gateway.dialects.surface import Settings
from gateway.door import Door
from gateway.jobs.bells import Bells
from gateway.jobs.jobs import Jobs
from gateway.jobs.leases import Leases
from gateway.jobs.patience import PatientSynth
from gateway.jobs.records import Records
from gateway.jobs.workshop import Workshop
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.metrics import Metrics
from gateway.news import announce
from gateway.runner import Runner
from gateway.shared_counters import ConnectionCounter
from gateway.transports.desks import DeskTransport
from gateway.transports.grpc.server import GrpcTransport
from gateway.transports.health import HealthTransport
from gateway.transports.http import HttpTransport
from gateway.transports.jobs import JobsTransport
from gateway.transports.library import LibraryTransport
from gateway.transports.request import sign_replies
from gateway.transports.silence import SilenceWatch
from gateway.transports.webhooks import WebhookTransport
from gateway.transports.websocket import WebSocketTransport
from gateway.transports.wyoming import Bounds, WyomingTransport
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Outbox
from gateway.webhooks.sender import Sender
from gateway.webhooks.webhooks import Webhooks
from gateway.workers.synth_client import SynthClient

log = structlog.get_logger()

BYTES_PER_CHARACTER = 12  # at most, of a text in a JSON body: an emoji as two escapes
WORKERS_EVERY = 1.0  # seconds between two looks at the workers for the metrics
JOBS_NICE = 10  # of the thread that encodes jobs: what live streams need goes first
STORE_DEADLINE = 60.0  # seconds that a store may take for a piece of a job's audio before the job is tried again
CLEANUP = 1.0  # seconds for replies that are being written when everything else has ended


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the server's gateway processes this is, and where they keep what they share."""

    shared: Path | None = None
    slot: int = 0
    slots: int = 1

    def file(self, name: str) -> Path | None:
        return self.shared / name if self.shared else None


async def serve(config: GatewayConfig, workers: Sequence[str], metrics: Metrics, place: Place) -> None:
    """Serves until SIGTERM or SIGINT, then drains. Raises ConfigError and OSError when it cannot start."""
    stop = _stop_signal()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        database = await open_database(config.database, migrate=config.migrate)
        stack.push_async_callback(database.dispose)
        writing = Writing(database)
        store = AudioStore(
            open_store(config.audio_url, config.data_dir / "audio"), Links(await secret_of(writing, "links"))
        )
        keys = KeyStore(database)
        check_exposure(config, any_keys=await keys.any_keys())
        tokens = TokenStore(writing, keys)
        encoders = EncoderPool(config.encoder_threads)
        stack.callback(encoders.close)
        synth = SynthClient(workers, default_voice=config.default_voice, voice_aliases=config.voice_aliases)
        stack.push_async_callback(synth.close)
        background = [tasks.create_task(synth.run())]
        runner = Runner(synth, encoders, metrics, config.limits, config.write_deadline)
        tally = Tally(Ledger(writing))
        stack.push_async_callback(tally.write)
        door = _door(config, place, runner, keys=keys, tokens=tokens, tally=tally)

        jobs, workshop = _jobs(config, writing, store, runner, tally, stack=stack)
        app = web.Application(client_max_size=_longest_body(config))
        sign_replies(app)
        settings = Settings(config.voiceai_grace)
        WebSocketTransport(door, SURFACES, config.max_message_size, settings).add_routes(app)
        HttpTransport(door, SURFACES, synth, tokens, settings).add_routes(app)
        HealthTransport(runner, metrics).add_routes(app)
        LibraryTransport(store).add_routes(app)
        addresses = Addresses(allow_private=config.webhooks_allow_private)
        webhooks = Webhooks(writing, Endpoints(writing, addresses), Outbox(writing))
        WebhookTransport(door, webhooks).add_routes(app)
        background.append(tasks.create_task(Sender(webhooks.outbox, webhooks.endpoints, addresses, metrics).run()))
        JobsTransport(door, jobs, settings).add_routes(app)
        DeskTransport(door, jobs, tokens, settings).add_routes(app, DESKS)
        silence = SilenceWatch(app)
        speaking_jobs = tasks.create_task(workshop.run())
        listener = await stack.enter_async_context(_listen(app, config, place))
        background.append(tasks.create_task(silence.run(listener)))
        grpc = GrpcTransport(door, synth, max_message_size=config.max_message_size, reuse_port=place.slots > 1)
        stack.push_async_callback(grpc.stop)
        grpc_port = await grpc.start(config.host, config.grpc_port, _tls_files(config))
        wyoming_port = await _listen_for_wyoming(config, place, door, synth, stack)
        background += [
            tasks.create_task(grpc.watch()),
            tasks.create_task(door.watch()),
            tasks.create_task(tally.run()),
            tasks.create_task(_watch_workers(synth, metrics)),
        ]
        ports = {"port": listener.addresses[0][1], "grpc_port": grpc_port, "wyoming_port": wyoming_port}
        log.info("listening", host=config.host, **ports)

        await stop.wait()
        log.info("draining", seconds=config.drain_time)
        speaking_jobs.cancel()  # others take them over at once
        await runner.drain(config.drain_time)
        for task in background:
            task.cancel()
    log.info("stopped")


def _door(
    config: GatewayConfig, place: Place, runner: Runner, *, keys: KeyStore, tokens: TokenStore, tally: Tally
) -> Door:
    attempts = WrongAttempts(place.file("attempts"), place.slots, place.slot)
    connections = ConnectionCounter(place.file("connections"), place.slots, place.slot, limit=config.max_connections)
    allowance = Allowance({**PLANS, **config.plans}, open_rates(config.rates_url), tally)
    return Door(Authenticator(keys, tokens, attempts), allowance, connections, runner)


def _jobs(
    config: GatewayConfig, writing: Writing, store: AudioStore, runner: Runner, tally: Tally, *, stack: AsyncExitStack
) -> tuple[Jobs, Workshop]:
    """What takes jobs in, and what speaks them.

    With an encoder of their own, so that no live audio waits for theirs, and with their own picture of the engines,
    since they hear a segment when it is whole.
    """
    synth, metrics, limits, bells = runner.synth, runner.metrics, config.limits, Bells()
    records, leases = Records(writing, time.time, announce), Leases(writing, time.time, announce)
    encoders = EncoderPool(1, JOBS_NICE)
    stack.callback(encoders.close)
    speaking = Runner(PatientSynth(synth), encoders, metrics, limits, STORE_DEADLINE, live=False)

    def spend(owner: str, seconds: float) -> None:
        """The text was accounted for when the job was taken in."""
        if owner:
            tally.add(owner, 0, seconds)

    workshop = Workshop(leases, records, store, speaking, bells, metrics, config.jobs_at_once, spend)
    return Jobs(records, store, bells, synth, limits, metrics, config.audio_link_life), workshop


async def _watch_workers(synth: SynthClient, metrics: Metrics) -> None:
    while True:
        for number, serving in enumerate(synth.serving):
            metrics.worker_up.labels(str(number)).set(serving)
        await asyncio.sleep(WORKERS_EVERY)


@asynccontextmanager
async def _listen(app: web.Application, config: GatewayConfig, place: Place) -> AsyncIterator[web.AppRunner]:
    """Yields what listens: its address has the port, which may have been 0 for any."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=CLEANUP)
    await runner.setup()
    try:
        site = web.TCPSite(
            runner, config.host, config.port, reuse_port=place.slots > 1, ssl_context=_tls_context(config)
        )
        await site.start()
        yield runner
    finally:
        await runner.cleanup()


async def _listen_for_wyoming(
    config: GatewayConfig, place: Place, door: Door, synth: SynthClient, stack: AsyncExitStack
) -> int | None:
    """The port; None: not asked for."""
    if config.wyoming_port is None:
        return None
    bounds = Bounds(line=config.max_message_size, data=_longest_body(config), payload=config.max_message_size)
    wyoming = WyomingTransport(door, lambda: synth.catalog, bounds, version("voxgate"))
    server = await wyoming.listen(config.wyoming_host, config.wyoming_port, reuse_port=place.slots > 1)
    stack.callback(server.close)
    port: int = server.sockets[0].getsockname()[1]
    return port


def _longest_body(config: GatewayConfig) -> int:
    return config.max_text * BYTES_PER_CHARACTER


def _tls_context(config: GatewayConfig) -> ssl.SSLContext | None:
    if config.tls_cert is None or config.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(config.tls_cert, config.tls_key)
    return context


def _tls_files(config: GatewayConfig) -> tuple[bytes, bytes] | None:
    if config.tls_cert is None or config.tls_key is None:
        return None
    return config.tls_cert.read_bytes(), config.tls_key.read_bytes()


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
