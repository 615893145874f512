"""Every example of the README and of docs/ runs, against the real gateway on its embedded engine."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from loadtest.processes import free_port

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(sys.executable).parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(file, language):
    return [code for found, code in BLOCK.findall((ROOT / file).read_text(encoding="utf-8")) if found == language]


def lines(code):
    return [line.partition("  #")[0].strip() for line in code.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """Its HTTP address, as an operator without keys runs it."""
    data, (port, grpc_port) = tmp_path_factory.mktemp("data"), (free_port(), free_port())
    options = ["--port", str(port), "--grpc-port", str(grpc_port), "--data-dir", str(data)]
    process = subprocess.Popen([SCRIPTS / "voxgate", "serve", *options], stderr=subprocess.DEVNULL)
    try:
        yield wait_until_ready(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        assert process.wait(20) == 0


def wait_until_ready(url):
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/readyz") as reply:
                assert json.load(reply) == {"status": "ready"}
                return url
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the gateway did not become ready")


def run(command, cwd, **environ):
    environment = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", **environ}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_readmes_client_writes_a_file(gateway, tmp_path):
    (program,) = blocks("README.md", "python")
    run([sys.executable, "-c", program.replace("ws://127.0.0.1:8080", gateway)], tmp_path)

    assert (tmp_path / "reply.ogg").read_bytes().startswith(b"OggS")


@pytest.mark.slow
def test_the_readmes_commands_do_what_they_say(gateway, tmp_path):
    setup, commands = blocks("README.md", "sh")
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {line.removeprefix("make ") for line in lines(setup)} <= targets

    for command in lines(commands):
        run(["sh", "-c", command.replace("localhost:8080", gateway)], tmp_path, VOXGATE_URL=gateway)
    assert (tmp_path / "hello.ogg").read_bytes().startswith(b"OggS")
    assert (tmp_path / "hello.mp3").stat().st_size > 1000


@pytest.mark.slow
def test_the_commands_of_the_page_about_jobs(gateway, tmp_path):
    by_curl, by_command = blocks("docs/jobs.md", "sh")
    (tmp_path / "book.txt").write_text("It was a dark and stormy night. And so on.")
    submit, _, fetch = lines(by_curl)
    made = json.loads(run(["sh", "-c", submit.replace("localhost:8080", gateway)], tmp_path))
    for command in (f"curl -s localhost:8080/v1/jobs/{made['id']}?wait=30", fetch.replace("ID", made["id"])):
        run(["sh", "-c", command.replace("localhost:8080", gateway)], tmp_path)
    for command in lines(by_command):
        run(["sh", "-c", command], tmp_path, VOXGATE_URL=gateway)

    assert all((tmp_path / name).read_bytes()[0] == 0xFF for name in ("book.mp3", "chapter-1.mp3", "hello.mp3"))


@pytest.mark.slow
def test_keys_are_made_listed_and_revoked_as_written(tmp_path):
    (commands,) = blocks("docs/configuration.md", "sh")
    create, show, revoke = lines(commands)
    data = {"VOXGATE_DATA_DIR": str(tmp_path), "COLUMNS": "200"}

    secret = run(["sh", "-c", create], tmp_path, **data)
    assert secret.startswith("vg_")
    (key_id,) = re.findall(r"key_\w+", run(["sh", "-c", show], tmp_path, **data))
    run(["sh", "-c", revoke.replace("KEY_ID", key_id)], tmp_path, **data)


@pytest.mark.slow
def test_the_page_about_the_library_is_a_session(gateway, tmp_path):
    (commands,) = blocks("docs/library.md", "sh")
    script = "\n".join(["set -e", *lines(commands), "echo", "cat codes.csv"]).replace("localhost:8080", gateway)
    told = run(["sh", "-c", script], tmp_path)

    assert '"tags":["final"]' in told
    assert "<audio controls" in told
    assert told.count("event-") == 10  # in the reply, and in the file
    assert '"not_found":[]' in told
    assert (tmp_path / "link.svg").read_text().startswith("<?xml")


def test_the_pronunciations_of_the_page_about_text_can_be_sent():
    from gateway.core.cleaning import Dictionary
    from gateway.dialects.native.websocket import AudioMode, NativeDialect

    (message,) = blocks("docs/text.md", "json")
    (opened,) = NativeDialect(AudioMode.BASE64).decode(message)

    assert len(opened.pronunciations) == 3
    Dictionary(opened.pronunciations)


def test_every_element_of_ssml_and_every_text_format_is_documented():
    from gateway.core.cleaning import TEXT_FORMATS
    from gateway.core.cleaning.ssml.elements import CONTAINERS, REPLACED, STRENGTHS

    page = (ROOT / "docs/text.md").read_text(encoding="utf-8")
    missing = [name for name in (*CONTAINERS, *REPLACED, "break", "mark") if f"<{name}" not in page]
    assert not missing
    assert not [name for name in (*TEXT_FORMATS, *STRENGTHS) if f"`{name}`" not in page]


def test_every_setting_is_documented():
    from gateway.config import GatewayConfig

    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    missing = [name for name in GatewayConfig.model_fields if f"`{name}`" not in page]
    assert not missing


def test_every_encoding_and_message_is_documented():
    from gateway.core.formats import ENCODINGS
    from gateway.dialects.native.websocket import MESSAGES

    page = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    words = [*ENCODINGS, *(struct.__struct_config__.tag for struct in MESSAGES.type.__args__)]
    assert not [word for word in words if f"`{word}`" not in page]


def test_the_segmenters_example_prints_what_is_written(tmp_path):
    (program,), (printed,) = blocks("docs/segmentation.md", "python"), blocks("docs/segmentation.md", "text")

    assert run([sys.executable, "-c", program], tmp_path) == printed


def test_the_plan_of_the_page_about_settings_is_one(tmp_path):
    from gateway.config import GatewayConfig

    (settings,) = blocks("docs/configuration.md", "toml")
    (tmp_path / "voxgate.toml").write_text(settings)
    config = GatewayConfig.from_environ({"VOXGATE_CONFIG": str(tmp_path / "voxgate.toml")})

    assert config.plans["team"].monthly_minutes == 600


def test_the_receiver_of_the_page_about_webhooks_takes_what_we_sign():
    import time

    from gateway.webhooks.signing import as_standard, new_secret, sign

    (program,) = blocks("docs/webhooks.md", "python")
    room = {}
    exec(program, room)
    secret = new_secret()
    headers = sign([secret], "whd_1", "webhook.test", '{"event":"webhook.test"}', time.time())

    assert room["receive"](as_standard(secret), headers, '{"event":"webhook.test"}') == {"event": "webhook.test"}


def test_every_test_that_the_parity_table_names_is_there():
    page = (ROOT / "docs/parity.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+\.py)(?:::(\w+))?`", page))

    assert named
    for file, test in named:
        source = (ROOT / "tests/gateway" / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in source, f"{file}::{test}"


@pytest.mark.slow
def test_the_description_of_the_api_is_there_as_written(gateway, tmp_path):
    (commands,) = blocks("docs/api.md", "sh")
    for command in lines(commands):
        run(["sh", "-c", command.replace("localhost:8080", gateway)], tmp_path)

    assert json.loads((tmp_path / "openapi.json").read_text())["openapi"] == "3.1.0"
