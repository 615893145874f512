"""docs/hosted.md: each block runs as it stands, but for the port and the key."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from loadtest.processes import voxgate

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parent.parent / "docs/hosted.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^## (.+?)$.*?^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
SAID = {
    "AI TTS Microservice": r"pending (True|False)",
    "TTS.ai": r"2 (processing|completed) online",
    "TTSBuddy": r"completed \d{3}",
    "Voice.ai": r"\d{4,}",
}


@pytest.fixture(scope="module")
def base():
    with voxgate("--engine=espeak") as server:
        yield server.url.replace("ws", "http")


@pytest.mark.parametrize("vendor", SAID)
def test_a_client_moves_by_the_lines_that_the_page_shows(base, vendor):
    program = BLOCKS[vendor].replace("http://localhost:8080", base)

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)

    assert re.fullmatch(SAID[vendor], done.stdout.strip()), done.stderr
