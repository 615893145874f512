"""The example of docs/engines.md, as a package that is installed beside Voxgate."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest

from loadtest.processes import free_port

PAGE = Path(__file__).parents[3] / "docs/engines.md"


def block(language):
    (code,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return code


@pytest.fixture
def installed(tmp_path):
    """An environment in which the example is installed: its module, and what an installer writes of its pyproject."""
    project = tomllib.loads(block("toml"))["project"]
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    (info / "entry_points.txt").write_text(
        "".join(
            f"[{group}]\n" + "".join(f"{name} = {place}\n" for name, place in points.items())
            for group, points in project["entry-points"].items()
        )
    )
    (tmp_path / "voxgate_chime.py").write_text(block("python"))
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


SPEAK = """
import json, sys
from synth.config import WorkerConfig
from synth.engines import Utterance
from synth.engines.table import known, open_engine
engine = open_engine(WorkerConfig(listen="unix:/unused", engine="chime", options={"hertz": "330"}))
def speak(**fields):
    chunks = []
    utterance = Utterance("Hello there", "chime", **fields)
    engine.synthesize([engine.prepare(utterance)], lambda chunk: chunks.append(chunk) or True)
    return b"".join(chunk.pcm for chunk in chunks), [w.text_start for chunk in chunks for w in chunk.words]
whole, words = speak()
rest, _ = speak(skip=1000)
audio = engine.prepare(Utterance("a b", "chime")).audio
print(json.dumps([known(), len(whole) // 2, words, rest == whole[2000:], audio]))
"""


def test_an_installed_engine_is_known_by_its_entry_point_and_keeps_the_contract(installed):
    done = subprocess.run([sys.executable, "-c", SPEAK], env=installed, capture_output=True, text=True, check=False)

    known, samples, words, skips, audio = json.loads(done.stdout or done.stderr)
    assert known == ["chime", "espeak", "kokoro", "tone"]
    assert (samples, words, skips) == (10 * (16_000 // 15), [0, 6], True)
    assert audio == pytest.approx(2 / 15, rel=0.01)


CONTRACT = PAGE.parents[1] / "tests/synth/engines/test_contract.py"
ENGINE = """
@pytest.fixture(scope="module")
def engine():
    engine = open_engine(WorkerConfig(listen="unix:/unused", engine="chime"))
    yield engine
    engine.close()


"""


@pytest.mark.slow
def test_it_passes_the_suite_of_all_engines_copied_with_a_fixture_of_its_own(installed, tmp_path):
    before, _, rest = CONTRACT.read_text(encoding="utf-8").partition("@pytest.fixture(")
    (tmp_path / "test_chime.py").write_text(before + ENGINE + rest[rest.index("def kokoro_options") :])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "test_chime.py")]
    done = subprocess.run(command, env=installed, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) > 30


def synth(environ, *options):
    command = [sys.executable, "-m", "synth", "--listen", "unix:/unused", *options]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_options_that_it_does_not_take_end_the_worker_for_good(installed):
    done = synth(installed, "--engine", "chime", "--options.hertz", "high")

    assert done.returncode == 2
    assert "could not convert string to float: 'high'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_engine_whose_library_is_missing_says_so(installed, tmp_path):
    (tmp_path / "voxgate_chime.py").write_text("import a_library_that_nobody_has")
    done = synth(installed, "--engine", "chime")

    assert done.returncode == 2
    assert done.stderr == (
        "voxgate synth: the engine chime needs the package a_library_that_nobody_has: see its documentation\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--engine", "espeak", "--options.volume", "2"], "the engine espeak has no options"),
        (["--engine", "tone", "--options.tempo", "2"], "tempo"),
        (["--engine", "harp"], "no engine is named 'harp'"),
    ],
)
def test_options_of_ours_are_checked_whichever_way_they_come(options, reason):
    done = synth(dict(os.environ), *options)

    assert done.returncode == 2
    assert reason in done.stdout + done.stderr


@pytest.mark.slow
def test_it_is_served_as_written(installed, tmp_path):
    port = free_port()
    command = block("sh").split()
    command[0] = str(Path(sys.executable).parent / command[0])
    places = ["--port", str(port), "--grpc-port", str(free_port()), "--data-dir", str(tmp_path)]
    process = subprocess.Popen([*command, *places], env=installed, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        request = json.dumps({"text": "Hello there.", "encoding": "pcm_s16le", "sample_rate": 16000}).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/speech", request) as reply:
            pcm = reply.read()
    finally:
        process.terminate()
        assert process.wait(20) == 0
    assert len(pcm) // 2 == 11 * (16_000 // 15)


def wait_until_ready(url):
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/readyz"):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the gateway did not become ready")
