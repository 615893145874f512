"""The official SDK's client and real processes: over HTTP, and over stdio through `voxgate mcp`."""

import asyncio
import base64
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from gateway.mcp.server import TOOLS
from loadtest.processes import child, free_port, voxgate

pytestmark = pytest.mark.slow

SCRIPTS = Path(sys.executable).parent
PAGE = (Path(__file__).parents[3] / "docs/mcp.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
AITTS = """
import requests
API_KEY = "KEY"
BASE_URL = "BASE/api/v1"
resp = requests.post(f"{BASE_URL}/api/v1/mcp",
    headers={"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"},
    json={"jsonrpc": "2.0", "id": 1, "method": "tools/call",
          "params": {"name": "generate_speech", "arguments": {
              "text": "Hello from Python!",
              "voice_id": "google:en-US-Chirp3HD-Charon",
              "delivery_mode": "stream"}}})
result = resp.json()["result"]["content"][0]["text"]
print(result)  # {"job_id": "...", "stream_url": "...", ...}
"""


@dataclass(frozen=True)
class Site:
    base: str
    key: str

    def filled(self, example):
        filled = example.replace("http://localhost:8080", self.base).replace('"KEY"', f'"{self.key}"')
        return filled.replace("Bearer KEY", f"Bearer {self.key}")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    database = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('site')}/voxgate.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOXGATE_DATABASE_URL", database)
        patch.setenv("PATH", f"{SCRIPTS}:{os.environ['PATH']}")
        made = subprocess.run(["voxgate", "keys", "create", "host"], capture_output=True, text=True, check=True)
        with voxgate("--engine=espeak") as server:
            yield Site(server.url.replace("ws", "http"), made.stdout.strip())


def examples(language):
    return [code for found, code in EXAMPLES if found == language]


def relay(url, key):
    """What a host starts, as the page says."""
    (settings,) = examples("json")
    command = json.loads(Site(url, key).filled(settings))["mcpServers"]["voxgate"]
    program = str(SCRIPTS / command["command"])
    return stdio_client(StdioServerParameters(command=program, args=command["args"], env=command["env"]))


async def spoken(client):
    """The three deliveries, and what is said of a voice that nobody has."""
    heard = []

    async def progress(done, total, _message):
        heard.append((done, total))

    inline = await client.call_tool(
        "generate_speech", {"text": "Hello there.", "delivery_mode": "inline"}, progress_callback=progress
    )
    assert base64.b64decode(inline.content[1].data)[0] == 0xFF
    assert heard[-1] == (12, 12)
    stream = await client.call_tool("generate_speech", {"text": "Hello.", "delivery_mode": "stream"})
    async with httpx2.AsyncClient() as http:
        assert (await http.get(stream.structured_content["stream_url"])).content.startswith(b"OggS")
    refused = await client.call_tool("generate_speech", {"text": "Hello.", "voice_id": "nobody"})
    assert refused.structured_content["error"]["code"] == "unknown_voice"
    long = await client.call_tool("generate_speech", {"text": "x" * 500_001})
    assert long.structured_content["error"]["code"] == "text_too_long"


@pytest.fixture
def keyless(monkeypatch):
    """Gateways that start now have a database of their own, and no keys."""
    monkeypatch.delenv("VOXGATE_DATABASE_URL", raising=False)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_over_http(site, mode):
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {site.key}"}) as http,
        Client(streamable_http_client(f"{site.base}/mcp", http_client=http), mode=mode) as client,
    ):
        assert len((await client.list_tools()).tools) == len(TOOLS)
        await spoken(client)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_over_stdio_as_the_page_says(site, mode):
    async with Client(relay(site.base, site.key), mode=mode) as client:
        assert len((await client.list_tools()).tools) == len(TOOLS)
        await spoken(client)


async def test_stdio_with_a_wrong_key_and_without_a_gateway(site):
    for url, code in ((site.base, "unauthenticated"), (f"http://127.0.0.1:{free_port()}", "connect_failed")):
        async with Client(relay(url, "wrong")) as client:
            told = await client.call_tool("search_voices", {})
            assert (told.is_error, told.structured_content["error"]["code"]) == (True, code)
            with pytest.raises(MCPError):
                await client.list_tools()


@pytest.mark.usefixtures("keyless")
async def test_a_gateway_that_is_started_again_is_not_noticed_by_a_host(tmp_path):
    port = free_port()
    options = (f"--port={port}", f"--grpc-port={free_port()}", f"--data-dir={tmp_path}", "--engine=espeak")
    async with Client(relay(f"http://127.0.0.1:{port}", "any")) as client:
        for _ in range(2):
            with child("gateway", *options) as gateway:
                gateway.wait_until(lambda: ready(port))
                found = await client.call_tool("search_voices", {"language": "en", "limit": 1})
                assert found.structured_content["voices"]
            assert (await client.call_tool("search_voices", {})).is_error


def ready(port):
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx2.HTTPError:
        return False


async def test_the_other_lines_of_the_page(site, tmp_path):
    claude, curl = examples("sh")
    words = shlex.split(site.filled(claude))
    name, _, value = words[words.index("--header") + 1].partition(": ")
    async with (
        httpx2.AsyncClient(headers={name: value}) as http,
        Client(streamable_http_client(words[words.index("voxgate") + 1], http_client=http)) as client,
    ):
        assert (await client.list_tools()).tools
    curl = site.filled(curl.replace("localhost:8080", "http://localhost:8080"))
    told = json.loads(await run("sh", "-c", curl, cwd=tmp_path))
    assert json.loads(told["result"]["content"][0]["text"])["stream_url"].startswith(site.base)


@pytest.mark.usefixtures("keyless")
async def test_the_program_of_the_page(tmp_path):
    (program,) = examples("python")
    with voxgate("--engine=espeak") as server:
        filled = program.replace("http://localhost:8080", server.url.replace("ws", "http"))
        assert (await run(sys.executable, "-c", filled, cwd=tmp_path)).startswith("audio/mpeg ")


async def test_the_vendors_own_example(site, tmp_path):
    program = AITTS.replace("BASE/", f"{site.base}/").replace('"KEY"', f'"{site.key}"')
    told = json.loads(await run(sys.executable, "-c", program, cwd=tmp_path))

    assert {"job_id", "stream_url"} <= set(told)


async def run(*command, cwd):
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=cwd
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()
