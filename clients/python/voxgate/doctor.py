"""`voxgate doctor`: what is here, what is missing, and how to get it.

A check looks at one thing and gives a Finding. Native libraries are loaded in a child process, so that a broken one
cannot take the doctor with it; the extras' libraries, which take seconds to import, are only looked up.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from voxgate import ports
from voxgate.players import PLAYERS, installed

State = Literal["ok", "optional", "bad"]
STYLES: Mapping[State, str] = {"ok": "green", "optional": "yellow", "bad": "red"}
OLDEST_PYTHON = (3, 11)
KOKORO_NEEDS = ("huggingface_hub", "misaki", "phonemizer", "spacy", "torch")
CHILD_DEADLINE = 20.0  # seconds; a cold start of PyAV took 2

ESPEAK = """
import ctypes, espeakng_loader
library = ctypes.CDLL(espeakng_loader.get_library_path())
library.espeak_Info.restype = ctypes.c_char_p
print(library.espeak_Info(None).decode())
"""
# Which of Kokoro's files are here, and which languages can be read; no network, no torch.
KOKORO = """
import sys
from pydantic import ValidationError
from synth.config import KokoroOptions
from synth.engines import CannotOpen
from synth.engines.kokoro.files import find_files
from synth.engines.kokoro.languages import LANGUAGES, missing
try:
    options = KokoroOptions(**dict(pair.strip().partition("=")[::2] for pair in sys.argv[1].split(",") if pair))
    files = find_files(options)
except ValidationError as wrong:
    sys.exit("wrong setting: " + "; ".join(f"{error['loc'][0]}: {error['msg']}" for error in wrong.errors()))
except CannotOpen as reason:
    sys.exit(str(reason))
lacking = [language for language in LANGUAGES if missing(language)]
extras = " ".join(f"'voxgate[kokoro-{language}]'" for language in lacking)
without = f"; to read {', '.join(lacking)}: pip install {extras}" if lacking else ""
print(f"{files.weights.name} and {len(files.voices)} voices{without}")
"""
OPUS = """
import av
print(av.codec.Codec("libopus", "w").long_name)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """optional: the default setup works without it. hint: how to get it right."""

    what: str
    state: State
    detail: str
    hint: str = ""


Environ = Mapping[str, str]


def python(_: Environ) -> Finding:
    state: State = "ok" if sys.version_info >= OLDEST_PYTHON else "bad"
    hint = "" if state == "ok" else "install Python 3.11 or later"
    return Finding("Python", state, ".".join(map(str, sys.version_info[:3])), hint)


def packages(_: Environ) -> Finding:
    names = [name for requirement in requires("voxgate") or () if (name := _required(requirement))]
    found = {name: _version(name) for name in names}
    missing = [name for name, number in found.items() if not number]
    if missing:
        return Finding("packages", "bad", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Finding("packages", "ok", ", ".join(f"{name} {number}" for name, number in found.items()))


def espeak(_: Environ) -> Finding:
    return _in_child("espeak-ng", ESPEAK, "pip install --force-reinstall espeakng-loader")


def opus(_: Environ) -> Finding:
    return _in_child("libopus", OPUS, "pip install --force-reinstall av")


def kokoro(environ: Environ) -> Finding:
    """Optional unless it is the engine that this environment asks for."""
    chosen = environ.get("VOXGATE_ENGINE") == "kokoro"
    bad: State = "bad" if chosen else "optional"
    if absent := [name for name in KOKORO_NEEDS if find_spec(name) is None]:
        return Finding("kokoro", bad, f"missing packages: {', '.join(absent)}", "pip install 'voxgate[kokoro]'")
    options = environ.get("VOXGATE_ENGINE_OPTIONS", "") if chosen else ""
    found = _in_child("kokoro", KOKORO, "voxgate kokoro fetch (355 MB, once)", options)
    if found.detail.startswith("wrong setting"):
        return replace(found, hint="correct VOXGATE_ENGINE_OPTIONS; docs/kokoro.md has the settings")
    return found if found.state == "ok" else replace(found, state=bad)


def players(_: Environ) -> Finding:
    found = ", ".join(player.name for player in installed())
    hint = "to hear `voxgate say` without -o: apt install ffmpeg, or brew install ffmpeg"
    return (
        Finding("players", "ok", found) if found else Finding("players", "optional", f"no {', '.join(PLAYERS)}", hint)
    )


def http_port(environ: Environ) -> Finding:
    port = int(environ.get("VOXGATE_PORT") or 8080)
    match ports.ask_gateway(port):
        case "ready":
            return Finding(f"port {port}", "ok", "a gateway answers there and is ready")
        case "not ready":
            return Finding(f"port {port}", "bad", "a gateway answers there and is not ready", "look at its log")
    return _free(port, "--port")


def grpc_port(environ: Environ) -> Finding:
    port = int(environ.get("VOXGATE_GRPC_PORT") or 50_051)
    if ports.ask_gateway(int(environ.get("VOXGATE_PORT") or 8080)) != "nobody" and ports.taken(port):
        return Finding(f"port {port}", "ok", "taken, as it should be while a gateway runs")
    return _free(port, "--grpc-port")


def data_dir(environ: Environ) -> Finding:
    home = environ.get("XDG_DATA_HOME") or "~/.local/share"
    path = Path(environ.get("VOXGATE_DATA_DIR") or f"{home}/voxgate").expanduser()
    parent = next(existing for existing in (path, *path.absolute().parents) if existing.exists())
    if parent.is_dir() and os.access(parent, os.W_OK | os.X_OK):
        return Finding("data directory", "ok", f"{path} {'' if path.exists() else '(made on first use)'}".strip())
    return Finding("data directory", "bad", f"{parent} is not writable", "choose another: voxgate serve --data-dir DIR")


CHECKS: tuple[Callable[[Environ], Finding], ...] = (
    python,
    packages,
    espeak,
    opus,
    kokoro,
    players,
    http_port,
    grpc_port,
    data_dir,
)


def doctor() -> int:
    """Check what is installed and say how to get what is missing. Exit status 0 when the default setup works."""
    findings = [check(os.environ) for check in CHECKS]
    console = Console()
    console.print(_table(findings))
    healthy = all(finding.state != "bad" for finding in findings)
    console.print("The default setup works: voxgate serve" if healthy else "The default setup does not work yet.")
    return 0 if healthy else 1


def _table(findings: list[Finding]) -> Table:
    # A path that is cut off tells nobody where to look.
    table = Table("", "", Column(overflow="fold"), Column("what to do", overflow="fold"), show_edge=False, box=None)
    for finding in findings:
        style = STYLES[finding.state]
        table.add_row(finding.what, f"[{style}]{finding.state}[/{style}]", escape(finding.detail), escape(finding.hint))
    return table


def _required(requirement: str) -> str:
    """The name in a requirement of ours, empty when it belongs to an extra or another system."""
    name, _, marker = requirement.partition(";")
    wanted = "extra" not in marker and not ("win32" in marker and sys.platform == "win32")
    return re.split(r"[\[<>=!~ ]", name.strip(), maxsplit=1)[0] if wanted else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _in_child(what: str, code: str, hint: str, *arguments: str) -> Finding:
    """The last line that the code prints is the detail; a crash or an exception is the finding."""
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            timeout=CHILD_DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(what, "bad", f"did not load within {CHILD_DEADLINE:g} s", hint)
    said = (child.stderr if child.returncode else child.stdout).strip().splitlines() or [f"exit {child.returncode}"]
    return Finding(what, "bad", said[-1], hint) if child.returncode else Finding(what, "ok", said[-1])


def _free(port: int, option: str) -> Finding:
    if ports.taken(port):
        return Finding(f"port {port}", "bad", "taken by another program", f"voxgate serve {option} OTHER")
    return Finding(f"port {port}", "ok", "free")
