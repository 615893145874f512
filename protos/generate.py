"""Makes the Python code of the .proto files: `make protos`, or into another folder for the freshness test."""

import sys
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent


def generate(out: Path) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "protos").glob("*.proto"))
    outputs = [f"--{plugin}={out}" for plugin in ("python_out", "grpc_python_out", "mypy_out", "mypy_grpc_out")]
    if protoc.main(["protoc", f"-I{ROOT}", *outputs, *files]):
        sys.exit("protoc failed")


if __name__ == "__main__":
    generate(ROOT)
