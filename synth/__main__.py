"""`python -m synth --listen unix:/tmp/synth.sock`: one engine, one worker, until SIGTERM."""

import asyncio
import os
import signal
import sys
import threading
from typing import Annotated

import structlog
import uvloop
from cyclopts import App, Parameter
from cyclopts.config import Env

from synth.config import WorkerConfig
from synth.engines import CannotOpen, Engine
from synth.engines.table import open_engine
from synth.heap import share_heap
from synth.server import Worker

USAGE = 2  # exit status, as for options that are wrong

# For numerical libraries, which read it when they are loaded; a setting of the operator's own wins. One thread for each
# batch, since as many are spoken side by side as there are cores; and where there are more, they sleep while they wait:
# two that spin beside a busy neighbour are slower than one (measured: nine times).
THREADS = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}

app = App(name="synth", help="The synthesis worker.", config=Env("VOXGATE_SYNTH_", command=False))


@app.default
def serve(config: Annotated[WorkerConfig, Parameter(name="*")]) -> None:
    """Speaks segments for a gateway, over gRPC, until SIGTERM."""
    main(config)


def main(config: WorkerConfig) -> None:
    """Runs the worker in this process. Returns after a drain; raises what ended the engine."""
    _log_to_stderr(config.log_format)
    share_heap()
    for name, value in THREADS.items():
        os.environ.setdefault(name, value)
    if config.parent_pipe:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C is the parent's to answer
        threading.Thread(target=_exit_with_parent, name="parent", daemon=True).start()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(config, _open(config)))


def _open(config: WorkerConfig) -> Engine:
    """What keeps it from starting is the operator's to mend: a line, and the exit status that says "not again"."""
    try:
        return open_engine(config)
    except CannotOpen as reason:
        sys.stderr.write(f"voxgate synth: {reason}\n")
        sys.exit(USAGE)


async def _run(config: WorkerConfig, engine: Engine) -> None:
    log = structlog.get_logger()
    stop = asyncio.ensure_future(_stop_signal(config).wait())
    worker = Worker(config, engine)
    await worker.start()
    log.info("serving", engine=engine.name, address=worker.address, voices=len(engine.voices()))
    await asyncio.wait((stop, worker.ended), return_when=asyncio.FIRST_COMPLETED)
    if worker.ended.done():
        worker.ended.result()
    log.info("stopping", grace=config.grace)
    await worker.stop(config.grace)
    engine.close()
    log.info("stopped")


def _stop_signal(config: WorkerConfig) -> asyncio.Event:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    numbers = {signal.SIGTERM} if config.parent_pipe else {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # under nohup the end of a terminal is not for us
        numbers -= {signal.SIGHUP}
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    return stop


def _exit_with_parent() -> None:
    """At once, whatever the event loop and the engine are doing: nobody is left to hear them."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


def _log_to_stderr(log_format: str) -> None:
    console = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    app()
