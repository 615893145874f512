"""Where settings are found: the environment, a file, the command line; and what is said of a wrong one."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from gateway.config.error import ConfigError

PREFIX = "VOXGATE_"
# VOXGATE_... that are not settings of the gateway: where its file is, what the other programs read, and what
# Kubernetes sets in every container beside a service of the name "voxgate".
NOT_OURS = re.compile(r"VOXGATE_(CONFIG|URL|API_KEY|SYNTH_.+|SERVICE_(HOST|PORT).*|PORT_\d+_(TCP|UDP).*)")
KUBERNETES_PORT = "tcp://"  # and how its VOXGATE_PORT begins


class Found(NamedTuple):
    value: object
    origin: str


def find_settings(environ: Mapping[str, str], options: Mapping[str, object]) -> dict[str, Found]:
    """By name. options: from the command line; None is "not given". ConfigError: the file cannot be read."""
    return {
        **_data_home(environ),
        **_from_file(environ.get("VOXGATE_CONFIG")),
        **_from_environ(environ),
        **{name: Found(value, f"option {name}") for name, value in options.items() if value is not None},
    }


def explain(error: Any, found: Mapping[str, Found], known: Iterable[str]) -> str:
    """One line of pydantic's error; never the value, which may be a secret. known: names of settings."""
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, known, n=1)
        return f"{found[name].origin}: there is no such setting" + (f"; is it {near[0]}?" if near else "")
    message = error["msg"].removeprefix("Value error, ")
    return f"{found[name].origin}: {message}" if name in found else message


def _data_home(environ: Mapping[str, str]) -> dict[str, Found]:
    home = environ.get("XDG_DATA_HOME")
    return {"data_dir": Found(f"{home}/voxgate", "XDG_DATA_HOME")} if home else {}


def _from_environ(environ: Mapping[str, str]) -> dict[str, Found]:
    """Empty ones count as not set: that is how compose files pass on what they do not have."""
    return {
        name.removeprefix(PREFIX).lower(): Found(value, name)
        for name, value in environ.items()
        if name.startswith(PREFIX) and value and not NOT_OURS.fullmatch(name)
        if not (name == "VOXGATE_PORT" and value.startswith(KUBERNETES_PORT))
    }


def _from_file(path: str | None) -> dict[str, Found]:
    if not path:
        return {}
    try:
        settings = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"VOXGATE_CONFIG: {path}: {error}") from error
    return {name: Found(value, f"{name} in {path}") for name, value in settings.items()}
