"""The engines that there are: ours, and those of packages that say so with an entry point. Imported when chosen."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from synth.engines import CannotOpen, Engine

if TYPE_CHECKING:
    from synth.config import WorkerConfig

GROUP = "voxgate.engines"
ENGINES: Mapping[str, str] = MappingProxyType(
    {
        "espeak": "synth.engines.espeak.engine:open_engine",
        "kokoro": "synth.engines.kokoro.opening:open_engine",
        "tone": "synth.engines.tone:open_engine",
    }
)


def known() -> list[str]:
    return sorted({*ENGINES, *entry_points(group=GROUP).names})


def open_engine(config: "WorkerConfig") -> Engine:
    """Loads the engine that the configuration names. Raises CannotOpen."""
    try:
        return cast("Engine", _opener(config.engine)(config))
    except ModuleNotFoundError as error:
        hint = f"pip install 'voxgate[{config.engine}]'" if config.engine in ENGINES else "see its documentation"
        raise CannotOpen(f"the engine {config.engine} needs the package {error.name}: {hint}") from error


def _opener(name: str) -> Any:
    """A function from WorkerConfig to Engine. Ours go before others of the same name."""
    if name in ENGINES:
        module, _, function = ENGINES[name].partition(":")
        return getattr(import_module(module), function)
    (found, *_) = entry_points(group=GROUP, name=name)
    return found.load()
