"""A test that fails is named, whatever it leaves behind, and the others go on."""

import subprocess
import sys

import pytest

LEAVES_A_MESS = """
import ast
import gc


class Garbage:
    # Only the collector frees it; parses then, as the log of a failed task does, and leaves the next behind.
    goes_on = True

    def __init__(self):
        self.ring = self

    def __del__(self):
        if self.goes_on:
            ast.parse("x = 1")
            Garbage()


def test_that_fails():
    gc.set_threshold(20)
    Garbage()
    assert 1 == 2


def test_that_goes_on():
    gc.set_threshold(700, 10, 10)
    Garbage.goes_on = False
"""


WITHOUT = ("-p", "no:cacheprovider", "-p", "no:schemathesis")


@pytest.mark.slow
def test_garbage_that_parses_while_a_failure_is_told_does_not_end_the_run(tmp_path, pytestconfig):
    (tmp_path / "test_mess.py").write_text(LEAVES_A_MESS)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", *WITHOUT, "-c", "/dev/null"]

    run = subprocess.run(
        [*command, "--rootdir", tmp_path, tmp_path / "test_mess.py"],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "_ test_that_fails _" in run.stdout, run.stdout + run.stderr
    assert "assert 1 == 2" in run.stdout
    assert "1 failed, 1 passed" in run.stdout
