import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from gateway.accounts.cli import app, show_usage
from gateway.accounts.keys import KeyStore
from gateway.accounts.usage import Ledger
from gateway.database.opening import open_database
from gateway.database.writing import Writing


@pytest.fixture(autouse=True)
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("VOXGATE_DATA_DIR", str(tmp_path))
    return tmp_path


def keys(*arguments):
    """What the shell would get back; 0 when the command just returns."""
    try:
        app(arguments)
    except SystemExit as end:
        return end.code
    return 0


@pytest.mark.slow
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


def test_a_key_has_a_plan_and_scopes(capsys):
    keys("create", "bot", "--plan", "ttsai-free", "--scope", "tts:generate", "--scope", "voices:list")

    keys("list")

    listed = " ".join(capsys.readouterr().out.split())
    assert "ttsai-free" in listed
    assert "tts:generate" in listed


def test_a_plan_that_is_not_there_is_told_with_those_that_are():
    assert "unlimited" in keys("create", "bot", "--plan", "golden")
    assert "voices:list" in keys("create", "bot", "--scope", "everything")


async def test_what_was_used_is_shown(capsys, data_dir):
    async with opened(data_dir) as database:
        record, _ = await KeyStore(database).create("bot")
        await Ledger(Writing(database)).add(record.id, requests=3, characters=1234, audio_ms=90_000)

    await show_usage()

    shown = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "bot 3 1234 1.5" in shown


@asynccontextmanager
async def opened(data_dir):
    database = await open_database(f"sqlite+aiosqlite:///{data_dir}/voxgate.db")
    yield database
    await database.dispose()
