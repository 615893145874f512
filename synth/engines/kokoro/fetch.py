"""`voxgate kokoro fetch`: the published files, from Hugging Face, on purpose. The only place that downloads."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

from synth.engines import CannotOpen
from synth.engines.kokoro.catalog import PUBLISHED
from synth.engines.kokoro.files import CHECKSUMS, REPOSITORY, REVISION, check

app = App(name="kokoro", help="The files of the Kokoro engine.")


@app.command
def fetch(*, voices: Annotated[str, Parameter(help="Only these: af_heart,bf_emma.")] = "") -> None:
    """Download the published weights and voices (Apache-2.0, 355 MB) into the cache that HF_HOME names."""
    wanted = [name for name in voices.split(",") if name] or list(PUBLISHED)
    if unknown := [name for name in wanted if name not in PUBLISHED]:
        sys.exit(f"voxgate kokoro: no voice is published as {', '.join(unknown)}")
    try:
        for file in fetch_files(checksums(wanted)):
            sys.stdout.write(f"{file}\n")
    except (CannotOpen, HfHubHTTPError, LocalEntryNotFoundError, OSError) as reason:
        sys.exit(f"voxgate kokoro: {reason}")


def checksums(voices: Iterable[str]) -> dict[str, str]:
    """How the SHA-256 of each file that is needed begins, by its name in the repository."""
    return {**CHECKSUMS, **{f"voices/{name}.pt": PUBLISHED[name] for name in voices}}


def fetch_files(wanted: Mapping[str, str]) -> Iterable[Path]:
    """Each with a progress bar if it is not here yet. Raises CannotOpen for a file that is not what was published."""
    for name, digest in wanted.items():
        file = Path(hf_hub_download(REPOSITORY, name, revision=REVISION))
        check(file, digest)
        yield file
