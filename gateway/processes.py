"""Which processes a server is made of, and in which order they start and end.

    alone      one gateway process, which supervises its workers
    site       a parent, which supervises workers and gateway processes that share the ports; it speaks to no client
    member     one of a site's gateway processes

They end from the front to the back: no new clients, the streams drain, then the workers stop.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path

import structlog

from gateway.accounts.keys import KeyStore
from gateway.config import GatewayConfig, check_exposure
from gateway.database.opening import open_database
from gateway.heartbeats import Heartbeats, beat
from gateway.metrics import Metrics, forget_process
from gateway.server.leaving import when_told_to_leave
from gateway.server.place import Place
from gateway.workers.health import HealthProbe
from gateway.workers.supervisor import Child, Reason, Supervisor, Timing

CONFIG = "config.json"
MEMBER = "member"
HEARTBEATS = "heartbeats"
STARTED = 600.0  # seconds until its first sign: a machine that has no time for it has even less for another start
DRAINED = 10.0  # seconds beyond its drain time that a gateway process has to end
# Of a second each, in a row: a gateway process whose event loop stands still so long has let its listeners run dry.
# uvicorn's parent gives its processes 5 seconds, gunicorn's 30.
MISSES = 10
PROCESS = "gateway-"  # and its slot: the name of a process of a site

log = structlog.get_logger()


async def run_alone(config: GatewayConfig, shared: Path) -> None:
    metrics = Metrics()
    async with _local_workers(config, shared, metrics):
        await _serve(config, shared, metrics, Place())


async def run_site(config: GatewayConfig, shared: Path) -> None:
    """Raises ConfigError and OSError for what would keep every member from starting."""
    await _check(config)
    (shared / CONFIG).write_text(config.model_dump_json(), encoding="utf-8")
    metrics = Metrics()
    with closing(Heartbeats(shared / HEARTBEATS)) as hearts:
        members = Supervisor(
            [
                Child(f"{PROCESS}{slot}", _member_command(shared, slot), partial(hearts.heard, slot))
                for slot in range(config.processes)
            ],
            timing=Timing(start_up=STARTED, misses=MISSES, grace=config.drain_time + config.write_deadline + DRAINED),
            on_restart=partial(_restarted, metrics, hearts),
        )
        when_told_to_leave(members.stop)
        async with _local_workers(config, shared, metrics):
            await members.run()


async def run_member(config: GatewayConfig, shared: Path, slot: int) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _forget_predecessor(shared / f"{PROCESS}{slot}.pid")
    async with asyncio.TaskGroup() as tasks:
        beating = tasks.create_task(beat(shared / HEARTBEATS, slot))
        await _serve(config, shared, Metrics(), Place(shared, slot, config.processes))
        beating.cancel()


async def _serve(config: GatewayConfig, shared: Path, metrics: Metrics, place: Place) -> None:
    from gateway.server.life import serve  # noqa: PLC0415 - most of the program, which a parent has no use for

    await serve(config, _addresses(config, shared), metrics, place)


def read_config(shared: Path) -> GatewayConfig:
    return GatewayConfig.model_validate_json((shared / CONFIG).read_text(encoding="utf-8"))


@asynccontextmanager
async def _local_workers(config: GatewayConfig, shared: Path, metrics: Metrics) -> AsyncIterator[None]:
    """Supervised while the block runs; they stop after it, so that streams can drain first."""
    probes = {address: HealthProbe(address) for address in _local_addresses(config, shared)}
    supervisor = Supervisor(
        [Child(address, _worker_command(config, address), probe) for address, probe in probes.items()],
        on_restart=lambda _name, reason: metrics.worker_restarts_total.labels(reason).inc(),
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(supervisor.run())
        try:
            yield
        finally:
            supervisor.stop()
    for probe in probes.values():
        await probe.close()


def _restarted(metrics: Metrics, hearts: Heartbeats, process: str, reason: Reason) -> None:
    """Called between the two lives."""
    hearts.forget(int(process.removeprefix(PROCESS)))
    log.warning("a gateway process is started anew", process=process, reason=reason)
    metrics.process_restarts_total.labels(reason).inc()


def _worker_command(config: GatewayConfig, address: str) -> Sequence[str]:
    command = [sys.executable, "-m", "synth", "--listen", address, "--engine", config.engine, "--parent-pipe"]
    command += ["--log-format", config.log_format]
    return command + [f"--options.{name}={value}" for name, value in config.worker_options.items()]


async def _check(config: GatewayConfig) -> None:
    for host, port in config.listeners:  # without SO_REUSEPORT: another server's port is not ours to share
        with socket.create_server((host, port), family=_family(host)):
            pass
    database = await open_database(config.database, migrate=config.migrate)
    try:
        check_exposure(config, any_keys=await KeyStore(database).any_keys())
    finally:
        await database.dispose()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _addresses(config: GatewayConfig, shared: Path) -> Sequence[str]:
    return config.worker_addresses or _local_addresses(config, shared)


def _local_addresses(config: GatewayConfig, shared: Path) -> Sequence[str]:
    return [f"unix:{shared}/worker-{number}.sock" for number in range(config.local_workers)]


def _member_command(shared: Path, slot: int) -> Sequence[str]:
    return [sys.executable, "-m", "gateway", MEMBER, str(shared), str(slot)]


def _forget_predecessor(file: Path) -> None:
    """What a process that held this slot before had open is open no more."""
    with suppress(FileNotFoundError):
        forget_process(int(file.read_text(encoding="utf-8")))
    file.write_text(str(os.getpid()), encoding="utf-8")


def _end_with_parent() -> None:
    """Standard input is a pipe that the parent holds open; without a parent there is nobody to replace our workers."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
