import subprocess
import sys

import pytest

from gateway.accounts.cli import app


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("VOXGATE_DATA_DIR", str(tmp_path))
    return tmp_path


def keys(*arguments):
    """What the shell would get back; 0 when the command just returns."""
    try:
        app(arguments)
    except SystemExit as end:
        return end.code
    return 0


def test_a_script_can_take_the_secret_from_stdout():
    command = [sys.executable, "-c", "from gateway.accounts.cli import app; app()", "create", "phone bot"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("vg_")
    assert len(done.stdout.splitlines()) == 1
    assert "phone bot" in done.stderr


def test_the_list_shows_every_key_but_no_secret(capsys):
    keys("create", "first[bold]")
    secret = capsys.readouterr().out.strip()

    assert keys("list") == 0

    listed = capsys.readouterr().out
    assert "first[bold]" in listed
    assert secret[:8] in listed
    assert secret not in listed


def test_a_key_is_revoked_by_the_id_that_the_list_shows(capsys):
    keys("create", "a")
    key_id = capsys.readouterr().err.split()[1]

    assert keys("revoke", key_id) == 0
    assert "is revoked" in capsys.readouterr().err
    assert "no active key" in keys("revoke", key_id)


def test_a_malformed_setting_is_told_in_one_line(monkeypatch):
    monkeypatch.setenv("VOXGATE_DATABASE_URL", "nonsense")

    assert "VOXGATE_DATABASE_URL" in keys("list")
