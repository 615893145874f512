"""What a gateway process loads before anybody asks for it: by names, since memory differs from machine to machine."""

import subprocess
import sys

import pytest

# What most servers never use, and what it is for. Each costs some megabytes, or brings what does.
ASKED_FOR = {
    "alembic": "tables of another version",
    "asyncpg": "PostgreSQL",
    "cryptography": "the SDK",
    "httpx2": "the SDK",
    "jsonschema": "the SDK",
    "mcp": "a model's first request",
    "mcp_types": "the SDK",
    "numpy": "nothing here; engines",
    "opentelemetry": "the SDK",
    "redis": "rates over several gateways",
    "starlette": "the SDK",
    "synth": "workers, which are processes of their own",
    "uvicorn": "the SDK",
}
LOADED = "import sys, {module}; print(*sorted(name for name in sys.modules if '.' not in name))"


def loaded(module):
    """By a process that has just started."""
    program = [sys.executable, "-c", LOADED.format(module=module)]
    return set(subprocess.run(program, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.slow
def test_a_gateway_process_loads_what_its_first_stream_needs_and_no_more():
    assert loaded("gateway.__main__, gateway.processes, gateway.server.life") & ASKED_FOR.keys() == set()


@pytest.mark.slow
def test_the_parent_of_several_loads_nothing_that_speaks_with_clients():
    found = loaded("gateway.__main__, gateway.processes")

    assert found & {*ASKED_FOR, "aiohttp", "av", "obstore"} == set()
