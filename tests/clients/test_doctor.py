import asyncio
import io
import sys
from urllib.parse import urlsplit

import pytest
from rich.console import Console
from voxgate import doctor
from voxgate.players import PLAYERS


def port_of(url):
    return str(urlsplit(url).port)


def test_packages_are_named_with_their_versions():
    finding = doctor.packages({})

    assert finding.state == "ok"
    assert "websockets " in finding.detail
    assert "pytest" not in finding.detail


def test_what_is_longer_than_a_narrow_terminal_is_told_whole():
    terminal = io.StringIO()

    Console(width=60, file=terminal).print(doctor._table([doctor.Finding("data directory", "ok", "/" + 100 * "x")]))

    assert terminal.getvalue().count("x") == 100


def test_a_library_that_crashes_is_a_finding():
    finding = doctor._in_child("thing", "import os; os.abort()", "buy a new one")

    assert (finding.state, finding.hint) == ("bad", "buy a new one")


def test_a_library_that_raises_is_told_by_its_last_line():
    finding = doctor._in_child("thing", "raise OSError('libthing.so: not found')", "")

    assert finding.detail == "OSError: libthing.so: not found"


@pytest.mark.slow
def test_the_native_libraries_say_who_they_are():
    assert doctor.espeak({}).detail.startswith("1.")
    assert "opus" in doctor.opus({}).detail.lower()


async def test_a_running_gateway_is_recognised(server):
    environ = {"VOXGATE_PORT": port_of(server.http), "VOXGATE_GRPC_PORT": port_of(server.grpc)}

    http = await asyncio.to_thread(doctor.http_port, environ)
    grpc = await asyncio.to_thread(doctor.grpc_port, environ)
    assert (http.state, http.detail) == ("ok", "a gateway answers there and is ready")
    assert (grpc.state, grpc.detail) == ("ok", "taken, as it should be while a gateway runs")


async def test_a_port_of_another_program_is_bad(server):
    finding = await asyncio.to_thread(doctor.http_port, {"VOXGATE_PORT": port_of(server.grpc)})

    assert (finding.state, finding.hint) == ("bad", "voxgate serve --port OTHER")


def test_a_free_port_is_ok():
    assert doctor.http_port({"VOXGATE_PORT": "1"}).detail == "free"


def test_a_data_directory_is_made_on_first_use(tmp_path):
    finding = doctor.data_dir({"VOXGATE_DATA_DIR": str(tmp_path / "a" / "b")})

    assert (finding.state, finding.detail) == ("ok", f"{tmp_path}/a/b (made on first use)")


def test_a_data_directory_that_cannot_be_written_is_bad(tmp_path):
    (tmp_path / "file").write_text("")
    finding = doctor.data_dir({"XDG_DATA_HOME": str(tmp_path / "file")})

    assert finding.state == "bad"
    assert "--data-dir" in finding.hint


def test_every_player_has_a_command_line_that_takes_a_rate():
    assert PLAYERS["aplay"].command(8000)[-1] == "8000"
    assert all(player.command(24000)[0] == name for name, player in PLAYERS.items())


def test_python_is_recent_enough():
    assert doctor.python({}).detail == ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def checkpoint(tmp_path):
    (tmp_path / "voices").mkdir()
    for name in ("model.pth", "config.json", "voices/af_heart.pt", "voices/bm_lewis.pt"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.slow
def test_kokoros_files_are_looked_for_where_the_settings_say(checkpoint):
    environ = {"VOXGATE_ENGINE": "kokoro", "VOXGATE_ENGINE_OPTIONS": f"weights={checkpoint}/model.pth,device=cpu"}

    assert doctor.kokoro(environ) == doctor.Finding("kokoro", "ok", "model.pth and 2 voices")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "wrong"),
    [("device=cpu,colour=red", "colour: Extra inputs are not permitted"), ("threads=0", "threads: Input should be")],
)
def test_a_wrong_setting_of_kokoro_is_named(options, wrong):
    finding = doctor.kokoro({"VOXGATE_ENGINE": "kokoro", "VOXGATE_ENGINE_OPTIONS": options})

    assert finding.state == "bad"
    assert finding.detail.startswith(f"wrong setting: {wrong}")
    assert "VOXGATE_ENGINE_OPTIONS" in finding.hint


@pytest.mark.slow
def test_languages_that_cannot_be_read_are_named_with_their_extras(checkpoint, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules.update(fugashi=None, jieba=None)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    environ = {"VOXGATE_ENGINE": "kokoro", "VOXGATE_ENGINE_OPTIONS": f"weights={checkpoint}/model.pth"}

    found = doctor.kokoro(environ)

    assert found.state == "ok"
    assert found.detail.endswith("; to read ja, zh: pip install 'voxgate[kokoro-ja]' 'voxgate[kokoro-zh]'")


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "state"), [("espeak", "optional"), ("kokoro", "bad")])
def test_what_kokoro_lacks_is_told_with_how_to_get_it(tmp_path, monkeypatch, engine, state):
    monkeypatch.setenv("HF_HOME", str(tmp_path))  # the environment of the child that looks
    finding = doctor.kokoro({"VOXGATE_ENGINE": engine})

    assert (finding.state, finding.hint) == (state, "voxgate kokoro fetch (355 MB, once)")
    assert "no kokoro-v1_0.pth, no config.json, no voices" in finding.detail
