"""Every example of the README runs, against the scripted server."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "clients" / "python" / "README.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
PROGRAMS = [code for language, code in BLOCKS if language == "python"]
COMMANDS = [line for language, code in BLOCKS if language == "sh" for line in code.splitlines()]
SCRIPTS = Path(sys.executable).parent

EXPECTED = ["4800 bytes", "heard: One thing, then another", "Word(text_start=", "NOT_FOUND unknown_voice False 0.0"]


async def run(*command, cwd, **environ):
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", **environ}
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=cwd, env=environment
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


def test_the_readme_has_examples_of_both_kinds():
    assert len(PROGRAMS) == len(EXPECTED)
    assert len(COMMANDS) == 5


@pytest.mark.slow
@pytest.mark.parametrize(("code", "expected"), list(zip(PROGRAMS, EXPECTED, strict=True)))
async def test_programs_run(code, expected, server, tmp_path):
    code = code.replace("ws://127.0.0.1:8080", server.websocket).replace("grpc://127.0.0.1:50051", server.grpc)

    assert expected in await run(sys.executable, "-c", code, cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
async def test_commands_run(command, server, tmp_path):
    said = await run("sh", "-c", command, cwd=tmp_path, VOXGATE_URL=server.http)

    if target := re.search(r"-o (\S+)", command):
        assert (tmp_path / target[1]).stat().st_size > 0
    else:
        assert "German" in said
