import subprocess
import sys
from pathlib import Path

import pytest

PROTOS = Path(__file__).parent.parent / "protos"


@pytest.mark.slow
def test_the_generated_code_is_what_the_proto_files_make(tmp_path):
    program = f"import sys; sys.path.insert(0, {str(PROTOS.parent)!r})\n"
    program += f"from pathlib import Path; from protos.generate import generate; generate(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    for made in (tmp_path / "protos").iterdir():
        assert made.read_text() == (PROTOS / made.name).read_text(), f"{made.name} is stale: run `make protos`"
