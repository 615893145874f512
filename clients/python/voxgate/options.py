"""What the commands have in common: where the gateway is, and how they end."""

import sys
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from voxgate.errors import SpeechError

FAILED = 1
USAGE = 2


class UsageError(Exception):
    """The command line cannot be carried out. The text says what to do instead."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Server:
    """Where the gateway is."""

    url: Annotated[str, Parameter(env_var="VOXGATE_URL")] = "http://127.0.0.1:8080"
    "http(s):// or ws(s)://, or grpc(s)://127.0.0.1:50051"

    api_key: Annotated[str | None, Parameter(alias="--key", env_var="VOXGATE_API_KEY")] = None
    "for a server that has keys"


def explain(error: SpeechError) -> int:
    """Prints the error in one line; the exit status."""
    hint = "; is the server running? Start it with: voxgate serve" if error.reason == "connect_failed" else ""
    return complain(f"{error.message}{hint}", FAILED)


def complain(text: str, status: int) -> int:
    print(f"voxgate: {text}", file=sys.stderr)  # noqa: T201 - the command's voice
    return status
