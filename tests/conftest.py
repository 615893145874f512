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


def pytest_configure(config: pytest.Config) -> None:
    # A run starts some hundred processes. Where the environment keeps no bytecode each would compile the project anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    settings.load_profile("fast" if "not slow" in config.getoption("markexpr") else "whole")


@pytest.hookimpl(tryfirst=True)  # before those are left out that are slow
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(room in item.path.parents for room in SLOW):
            item.add_marker("slow")


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
