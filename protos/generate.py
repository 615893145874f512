"""Makes the Python code of the .proto files: `make protos`, or into another folder for the freshness test."""

import sys
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent  # where the plugins are, whether or not the environment is activated


def generate(out: Path) -> None:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "protos").glob("*.proto"))
    outputs = [f"--{plugin}={out}" for plugin in ("python_out", "grpc_python_out", "mypy_out", "mypy_grpc_out")]
    plugins = [f"--plugin={name}={SCRIPTS / name}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    if protoc.main(["protoc", f"-I{ROOT}", *plugins, *outputs, *files]):
        sys.exit("protoc failed")


if __name__ == "__main__":
    generate(ROOT)
