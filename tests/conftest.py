"""How thorough a run is: a look in the fast run, which opens no network, a search in the whole one."""

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
# Whole rooms that live on real ones; what is slow elsewhere says so itself.
SLOW = tuple(HERE / room for room in ("clients", "gateway/mcp", "gateway/transports", "synth/engines/kokoro/model"))

settings.register_profile("fast", max_examples=40, deadline=None)
settings.register_profile("whole", max_examples=300, deadline=None)


def is_slow(path: Path) -> bool:
    return any(room == path or room in path.parents for room in SLOW)


def pytest_configure(config: pytest.Config) -> None:
    # A run starts some hundred processes. Where the environment keeps no bytecode each would compile the project anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    settings.load_profile("fast" if "not slow" in config.getoption("markexpr") else "whole")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast run does not even import them."""
    return (is_slow(collection_path) and "not slow" in config.getoption("markexpr")) or None


@pytest.hookimpl(tryfirst=True)  # before those are left out that are slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = {path for path in {item.path for item in items} if is_slow(path)}
    for item in items:
        if item.path in slow:
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    gc.freeze()  # what was imported stays: no collection needs to look at it again


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around every plug-in's part of the report
def pytest_runtest_makereport(call):
    """The report of a failure parses the test's source. Garbage that is collected meanwhile may log a traceback, which
    parses too, and in some releases of Python that is a SystemError (gh-106905), which would end the whole run."""
    if call.excinfo is None:
        return (yield)
    gc.collect()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
