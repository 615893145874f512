"""Where Kokoro's files are on this machine. Nothing here touches the network.

They are the operator's own (settings that name paths), or those of one revision of the published repository, in the
cache that Hugging Face's libraries share (HF_HOME). `voxgate kokoro fetch` puts them there.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from huggingface_hub import try_to_load_from_cache

from synth.config import KokoroOptions
from synth.engines import CannotOpen
from synth.engines.kokoro.mixes import read_mix

REPOSITORY = "hexgrad/Kokoro-82M"
REVISION = "f3ff3571791e39611d31c381e3a41a3af07b4987"
WEIGHTS = "kokoro-v1_0.pth"
CONFIG = "config.json"
# SHA-256. Pinned, since a revision names a state of a repository that its owner can still replace.
CHECKSUMS = MappingProxyType(
    {
        WEIGHTS: "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4",
        CONFIG: "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f",
    }
)
HOW = (
    "get the published ones with `voxgate kokoro fetch` (355 MB), "
    "or name your own: weights=PATH, config=PATH, voices=DIRECTORY"
)


@dataclass(frozen=True, slots=True)
class Files:
    """voices: by name, at least one."""

    weights: Path
    config: Path
    voices: Mapping[str, Path]


def find_files(options: KokoroOptions) -> Files:
    """Raises CannotOpen, which names all that is missing or wrong."""
    weights = Path(options.weights).expanduser() if options.weights else _cached(WEIGHTS)
    config = _config(options, weights)
    voices = _voices(options, config)
    missing = [
        name
        for name, found in (
            (options.weights or WEIGHTS, weights and weights.is_file()),
            (options.config or CONFIG, config and config.is_file()),
            (options.voices or "voices", voices),
        )
        if not found
    ]
    if missing or weights is None or config is None:
        raise CannotOpen(f"Kokoro's files are not all here: no {', no '.join(missing)}; {HOW}")
    if odd := [str(file) for name, file in voices.items() if list(read_mix(name) or ()) != [name]]:
        raise CannotOpen(f"no voice can be called like {odd[0]}: names have letters, digits, '_', '-' and '.'")
    if not options.weights:
        check(weights, CHECKSUMS[WEIGHTS])
    return Files(weights, config, voices)


def check(file: Path, digest: str) -> None:
    """Raises CannotOpen unless the file's SHA-256 begins like this."""
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if not found.startswith(digest):
        raise CannotOpen(f"{file} is not what was published: its SHA-256 is {found}, not {digest}; delete it and {HOW}")


def _config(options: KokoroOptions, weights: Path | None) -> Path | None:
    """The one that is named, else the one beside the weights, else the published one."""
    if options.config:
        return Path(options.config).expanduser()
    beside = weights.parent / CONFIG if weights else None
    return beside if beside and beside.is_file() else _cached(CONFIG)


def _voices(options: KokoroOptions, config: Path | None) -> Mapping[str, Path]:
    """Of directories and files, separated like PATH; else those beside the configuration."""
    places = [Path(place).expanduser() for place in options.voices.split(os.pathsep) if place]
    if not places and config:
        places = [config.parent / "voices"]
    return {file.stem: file for place in places for file in _files(place)}


def _files(place: Path) -> Iterable[Path]:
    """Without hidden ones: a Mac's copies bring a "._af_heart.pt" for each."""
    if place.is_dir():
        return sorted(file for file in place.glob("*.pt") if not file.name.startswith("."))
    return [place] if place.is_file() else []


def _cached(name: str) -> Path | None:
    found = try_to_load_from_cache(REPOSITORY, name, revision=REVISION)
    return Path(found) if isinstance(found, str) else None
