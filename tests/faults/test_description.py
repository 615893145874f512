"""A fuzzer (schemathesis) sends a real gateway what its description allows and what it forbids, for a minute or so."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

# Left out: positive_data_acceptance, since a schema does not say which voices there are, which markup can be read and
# which settings of a format go together; allow_header_conformance, which knows no path that two routes have, one by its
# name and one by a parameter; ignored_auth, which takes our 429 after twenty wrong keys for a hole: see below.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "use_after_free",
)
SECONDS = {"examples": 10, "coverage": 40, "fuzzing": 20}


@pytest.fixture
def key(tmp_path):
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(tmp_path)}
    create = [sys.executable, "-c", "from voxgate.cli import main; main()", "keys", "create", "fuzz"]
    return subprocess.run(create, env=environ, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.timeout(240)
async def test_the_server_keeps_to_its_description(gateway, key, tmp_path):
    """Nor does it write a stack trace: the fixture looks."""
    async with gateway("pace=0", webhooks_allow_private="true") as server:
        for phase, seconds in SECONDS.items():
            done = fuzz(server, key, tmp_path, phase, seconds)

            assert done.returncode == 0, done.stdout
            assert int(re.search(r"(\d+) generated", done.stdout)[1]) > 0


def unasked(server):
    """501 is a server error to a fuzzer, and so is the 502 of a job that failed; it speaks no WebSocket."""
    described = json.loads(server.get("/openapi.json")[1])
    for path, item in described["paths"].items():
        for operation in item.values():
            of_a_job = path.endswith(("/audio", "/stream")) and operation is item.get("get")
            if of_a_job or operation.get("x-not-implemented") or operation.get("x-websocket"):
                yield operation["operationId"]


def fuzz(server, key, folder, phase, seconds):
    command: list[Any] = [
        Path(sys.executable).parent / "st",
        "run",
        f"http://127.0.0.1:{server.port}/openapi.json",
        f"--header=Authorization: Bearer {key}",
        f"--checks={','.join(CHECKS)}",
        f"--phases={phase}",
        f"--max-time={seconds}",
        f"--exclude-operation-id-regex=^({'|'.join(unasked(server))})$",
        "--seed=1",
        "--request-timeout=15",
        "--continue-on-failure",
        "--no-color",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200, check=False)


async def test_no_route_forgets_to_ask_for_a_key(gateway, key):
    async with gateway("pace=0") as server:
        described = json.loads(server.get("/openapi.json")[1])
        asked = [(method.upper(), path) for path, method in guarded(described)]
        statuses = {each: ask(server, *each) for each in asked}

        assert len(asked) > 60
        assert {each: status for each, status in statuses.items() if status != 401} == {}
        assert ask(server, "GET", "/v1/voices", key) == 200


def guarded(described):
    """TTSBuddy's catalogue has AI TTS's path, and is open to who shows no key."""
    for path, item in described["paths"].items():
        if path == "/api/v1/voices":
            continue
        yield from ((path, method) for method, operation in item.items() if operation.get("security") != [])


def ask(server, method, path, key=""):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    url = f"http://127.0.0.1:{server.port}{path.replace('{', '').replace('}', '')}"
    request = urllib.request.Request(url, method=method, headers=headers, data=b"{}" if method == "POST" else None)
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
