"""Finding the files, and getting them from a hub that is a server of this test."""

import hashlib
import os
import socket
import subprocess
import sys
import termios
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from synth.config import KokoroOptions
from synth.engines import CannotOpen
from synth.engines.kokoro.files import CHECKSUMS, REVISION, check, find_files


@pytest.fixture
def checkpoint(tmp_path):
    (tmp_path / "voices").mkdir()
    for name in ("model.pth", "config.json", "voices/af_heart.pt", "voices/bm_lewis.pt"):
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def test_config_and_voices_are_looked_for_beside_the_weights(checkpoint):
    files = find_files(KokoroOptions(weights=str(checkpoint / "model.pth")))

    assert (files.weights, files.config) == (checkpoint / "model.pth", checkpoint / "config.json")
    assert dict(files.voices) == {name: checkpoint / f"voices/{name}.pt" for name in ("af_heart", "bm_lewis")}


def test_voices_may_be_several_places_and_single_files(checkpoint, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "my_own.pt").touch()
    (other / "not_wanted.pt").touch()
    options = KokoroOptions(
        weights=str(checkpoint / "model.pth"), voices=f"{checkpoint / 'voices'}:{other / 'my_own.pt'}"
    )

    assert set(find_files(options).voices) == {"af_heart", "bm_lewis", "my_own"}


@pytest.mark.parametrize("name", ["my voice", "a+b", "a(2)"])
def test_a_voice_that_nobody_could_call_is_told_at_the_start(checkpoint, name):
    (checkpoint / f"voices/{name}.pt").touch()

    with pytest.raises(CannotOpen, match="names have letters") as caught:
        find_files(KokoroOptions(weights=str(checkpoint / "model.pth")))
    assert f"voices/{name}.pt" in str(caught.value)


def test_hidden_files_are_no_voices(checkpoint):
    (checkpoint / "voices/._af_heart.pt").touch()

    assert set(find_files(KokoroOptions(weights=str(checkpoint / "model.pth"))).voices) == {"af_heart", "bm_lewis"}


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ([], []),
        (["model.pth"], ["no {}/model.pth"]),
        (["voices/af_heart.pt", "voices/bm_lewis.pt"], ["no voices"]),
        (["model.pth", "voices/af_heart.pt", "voices/bm_lewis.pt"], ["no {}/model.pth", "no voices"]),
    ],
)
def test_all_that_is_missing_is_named_and_how_to_get_it(checkpoint, gone, named):
    for name in gone:
        (checkpoint / name).unlink()
    options = KokoroOptions(weights=str(checkpoint / "model.pth"))
    if not gone:
        find_files(options)
        return

    with pytest.raises(CannotOpen, match="voxgate kokoro fetch") as caught:
        find_files(options)
    assert all(each.format(checkpoint) in str(caught.value) for each in named)


def test_a_file_that_is_not_what_was_published_is_refused(tmp_path):
    file = tmp_path / "weights"
    file.write_bytes(b"something else")

    with pytest.raises(CannotOpen, match="not what was published"):
        check(file, CHECKSUMS["config.json"])
    check(file, hashlib.sha256(b"something else").hexdigest()[:8])


def in_child(code, **environ):
    return subprocess.run(
        [sys.executable, "-c", code], env={"PATH": "", **environ}, capture_output=True, text=True, check=False
    )


NO_NETWORK = """
import socket
def refuse(*_): raise SystemExit("the network was touched")
socket.socket.connect = socket.getaddrinfo = refuse
from synth.config import WorkerConfig
from synth.engines import CannotOpen
from synth.engines.table import open_engine
try:
    open_engine(WorkerConfig(listen="unix:/unused", engine="kokoro"))
except CannotOpen as reason:
    print(reason)
"""


@pytest.mark.slow
def test_without_files_the_engine_fails_at_once_and_touches_no_network(tmp_path):
    began = time.monotonic()
    done = in_child(NO_NETWORK, HF_HOME=str(tmp_path))

    assert "no kokoro-v1_0.pth, no config.json, no voices" in done.stdout, done.stderr
    assert time.monotonic() - began < 10  # it retries nothing: a try at the network would take 23 s


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "environ"),
    [
        (["--kokoro.weights", "/there"], {}),
        (["--options.weights", "/there"], {}),
        ([], {"VOXGATE_SYNTH_KOKORO_WEIGHTS": "/there"}),
    ],
)
def test_settings_reach_the_worker_whichever_way_they_come(tmp_path, options, environ):
    command = [sys.executable, "-m", "synth", "--listen", f"unix:{tmp_path}/synth", "--engine", "kokoro", *options]
    environ = {**os.environ, "HF_HOME": str(tmp_path), **environ}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith(
        "voxgate synth: Kokoro's files are not all here: no /there, no config.json, no voices"
    )


class Hub(ThreadingHTTPServer):
    """`files` are its contents by path."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Reply)
        self.files, self.asked = {}, []


class Reply(BaseHTTPRequestHandler):
    """As much of Hugging Face's file protocol as a download needs."""

    server: Hub

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self.wfile.write(self._answer())

    def _answer(self):
        content = self.server.files.get(self.path.partition(f"/resolve/{REVISION}/")[2])
        self.server.asked.append((self.command, self.path))
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.send_header("ETag", f'"{hashlib.sha256(content or b"").hexdigest()}"')
        self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        return content or b""

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = Hub()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


FETCH = """
import hashlib, sys
from synth.engines.kokoro.fetch import fetch_files
from synth.engines.kokoro.files import find_files
from synth.config import KokoroOptions
names = sys.argv[1].split(",")
for file in fetch_files({name: hashlib.sha256(name.encode()).hexdigest() for name in names}):
    print(file)
"""


def shown(terminal):
    """Until the last that could write to it has gone, which is an error."""
    with os.fdopen(terminal, "rb", buffering=0) as screen, suppress(OSError):
        while part := screen.read(4096):
            yield part.decode()


def fetch(hub, home, *names):
    """What it printed, and what it showed on a terminal."""
    host, port = hub.server_address
    terminal, standard_error = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    done = subprocess.run(
        [sys.executable, "-c", FETCH, ",".join(names)],
        env={
            "PATH": "",
            "HF_ENDPOINT": f"http://{host}:{port}",
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_XET": "1",
        },
        stdout=subprocess.PIPE,
        stderr=standard_error,
        text=True,
        check=False,
    )
    os.close(standard_error)
    return done.stdout, "".join(shown(terminal))


@pytest.mark.slow
def test_files_are_fetched_once_with_a_progress_bar_and_found_again_offline(hub, tmp_path):
    names = ["config.json", "voices/af_heart.pt"]
    hub.files = {name: name.encode() for name in names}

    printed, screen = fetch(hub, tmp_path, *names)
    hub.files["voices/bm_lewis.pt"] = b"voices/bm_lewis.pt"
    again, _ = fetch(hub, tmp_path, *names, "voices/bm_lewis.pt")

    assert again.split()[:2] == printed.split() != []
    assert "100%" in screen
    downloads = [path for command, path in hub.asked if command == "GET" and "/resolve/" in path]
    assert sorted(path.partition(REVISION)[2] for path in downloads) == [
        "/config.json",
        "/voices/af_heart.pt",
        "/voices/bm_lewis.pt",
    ]
    found = in_child(
        "from synth.engines.kokoro.files import _cached, _voices, CONFIG\n"
        "from synth.config import KokoroOptions\n"
        "print(*_voices(KokoroOptions(), _cached(CONFIG)))",
        HF_HOME=str(tmp_path),
    )
    assert found.stdout.split() == ["af_heart", "bm_lewis"], found.stderr


@pytest.mark.slow
def test_a_wrong_file_from_the_hub_is_refused(hub, tmp_path):
    hub.files = {"config.json": b"replaced by its owner"}

    assert "not what was published" in fetch(hub, tmp_path, "config.json")[1]


def test_only_published_voices_can_be_fetched():
    done = in_child("import sys; from voxgate.cli import app; app(['kokoro', 'fetch', '--voices', 'af_heart,my_own'])")

    assert done.returncode == 1
    assert "no voice is published as my_own" in done.stderr


def test_nothing_listens_to_a_test_that_blocks_the_network():
    """The block of NO_NETWORK is one that works."""
    code = NO_NETWORK.partition("from synth")[0] + "socket.create_connection(('127.0.0.1', 9))"

    assert "the network was touched" in in_child(code).stderr
    assert socket.socket.connect
