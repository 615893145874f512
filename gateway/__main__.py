"""`voxgate serve`: settings -> local workers and gateway processes -> serve -> drain on SIGTERM.

One gateway process supervises its workers itself. With `--processes N` a parent supervises the workers and N gateway
processes that share the ports; it speaks to no client.
"""

import asyncio
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO, cast

import structlog
import uvloop
from cyclopts import App

from gateway.config import ConfigError, GatewayConfig
from gateway.metrics_directory import metrics_environment

app = App(name="gateway", help="The speech gateway.")


@app.default
def serve(  # noqa: D417 - cyclopts reads the one-line form
    *,
    host: str | None = None,
    port: int | None = None,
    grpc_port: int | None = None,
    wyoming_port: int | None = None,
    engine: str | None = None,
    engine_options: str | None = None,
    workers: int | None = None,
    worker_addresses: str | None = None,
    processes: int | None = None,
    default_voice: str | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    data_dir: Path | None = None,
    drain_time: float | None = None,
) -> None:
    """Serves speech until SIGTERM. More settings: VOXGATE_… in the environment, or a file (docs/configuration.md).

    Parameters
    ----------
    host: where to listen; other machines are let in only when there are API keys (`voxgate keys create`)
    port: HTTP and WebSocket
    grpc_port: gRPC
    wyoming_port: Home Assistant's protocol, which has no keys; on 127.0.0.1 only, unless VOXGATE_WYOMING_HOST is set
    engine: of the local workers: espeak or tone
    engine_options: name=value,name=value for the engine
    workers: local workers to start; by default 1, or one for each core for an engine that keeps it busy
    worker_addresses: host:port,host:port of workers that run elsewhere (`voxgate synth`); then none is started here
    processes: gateway processes that share the ports
    default_voice: for clients that name neither voice nor language
    tls_cert: PEM; serve TLS on both ports
    tls_key: PEM
    data_dir: where keys are kept
    drain_time: seconds that streams have to finish after SIGTERM

    """
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")  # its notes on forks and goaways tell an operator nothing
    options = {name: value for name, value in locals().items() if value is not None}
    with _told_plainly(), TemporaryDirectory(prefix="voxgate-") as shared:
        config = GatewayConfig.from_environ(os.environ, **options)
        _set_up_logging(config.log_format)
        if config.processes > 1:
            # Before anything imports prometheus_client, which looks at it once.
            os.environ.update(metrics_environment(Path(shared) / "metrics"))
        from gateway.processes import run_alone, run_site  # noqa: PLC0415 - after that

        run = run_alone if config.processes == 1 else run_site
        _run(run(config, Path(shared)))


@app.command(show=False)
def member(shared: Path, slot: int) -> None:
    """One of a site's gateway processes; its parent starts it."""
    from gateway.processes import read_config, run_member  # noqa: PLC0415 - only when a server starts

    with _told_plainly():
        config = read_config(shared)
        _set_up_logging(config.log_format)
        _run(run_member(config, shared, slot))


def _run(server: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What keeps a server from starting is the operator's to mend: one line each, no traceback."""
    try:
        yield
    except* (ConfigError, OSError) as reasons:
        for reason in _leaves(reasons):
            sys.stderr.write(f"voxgate: {reason}\n")
        sys.exit(1)


def _leaves(group: BaseExceptionGroup[Exception]) -> Iterator[Exception]:
    for reason in group.exceptions:
        if isinstance(reason, BaseExceptionGroup):
            yield from _leaves(reason)
        else:
            yield reason


def _set_up_logging(log_format: str) -> None:
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    last = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Stderr())),
    )


class _Stderr:
    """As long as anybody reads it: a terminal that is gone must not keep the streams from being spoken to their end."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


if __name__ == "__main__":
    app()
