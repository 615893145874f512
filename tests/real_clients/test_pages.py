"""What the page about dialects shows in Python works as it stands, with the packages themselves."""

import re
import subprocess

import pytest
from harness.driver import ENVIRONMENTS, HERE

PAGE = HERE.parent.parent / "docs" / "dialects.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown(line, site):
    """The block that begins so, with our address and key for those of the page."""
    [block] = [code for code in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if code.startswith(line)]
    return block.replace("http://127.0.0.1:8080", site.environ["VOXGATE_HTTP"]).replace('"KEY"', repr(site.key))


def run(program, folder):
    done = subprocess.run(
        [ENVIRONMENTS / "python" / "bin" / "python", "-c", program],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.xdist_group("pages")
def test_openais_sdk_speaks_after_its_base_url_was_changed(site, tmp_path):
    run(shown("from openai import", site), tmp_path)

    assert (tmp_path / "hello.mp3").read_bytes().startswith(b"\xff")
    assert (tmp_path / "hello.mp3").stat().st_size > 2_000
