"""What the description says, asked of a real gateway."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def key(tmp_path):
    environ = {**os.environ, "VOXGATE_DATA_DIR": str(tmp_path)}
    create = [sys.executable, "-c", "from voxgate.cli import main; main()", "keys", "create", "fuzz"]
    return subprocess.run(create, env=environ, capture_output=True, text=True, check=True).stdout.strip()


async def test_no_route_forgets_to_ask_for_a_key(gateway, key):
    async with gateway("pace=0") as server:
        described = json.loads(server.get("/openapi.json")[1])
        asked = [(method.upper(), path) for path, method in guarded(described)]
        statuses = {each: ask(server, *each) for each in asked}

        assert len(asked) > 60
        assert {each: status for each, status in statuses.items() if status != 401} == {}
        assert ask(server, "GET", "/v1/voices", key) == 200


def guarded(described):
    for path, item in described["paths"].items():
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
