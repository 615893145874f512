"""Where the worker begins: the files first, so that a missing one is told before the libraries are loaded."""

from synth.config import WorkerConfig
from synth.engines import CannotOpen, Engine, EngineError
from synth.engines.kokoro.files import find_files


def open_engine(config: WorkerConfig) -> Engine:
    """Raises CannotOpen."""
    files = find_files(config.kokoro)
    from synth.engines.kokoro.engine import KokoroEngine  # noqa: PLC0415 - torch, 3 s

    try:
        return KokoroEngine(config.kokoro, files)
    except EngineError as error:  # a file that is broken now will be broken again
        raise CannotOpen(str(error)) from error
