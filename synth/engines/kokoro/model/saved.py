"""Files of torch's, of which only tensors are taken."""

import re
from pathlib import Path
from typing import Any, TypeGuard

import torch

from synth.engines import EngineError

CODE = re.compile(r"GLOBAL (\S+)")  # in torch's words, behind a page of advice to load it all the same
ARCHIVE = b"PK"  # how torch's files begin; those of its first years do not
HEAD, SAID = 40, 200  # bytes of the file, characters of what torch said, in an error


def read_saved(what: str, path: Path) -> Any:
    """What it holds, on the processor. Raises EngineError, whatever the file is."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise EngineError(f"cannot read {what} at {path}: {error.strerror or error}") from error
    except Exception as error:  # torch trips over broken files in a dozen ways (assertions, lookups, types)
        raise EngineError(f"cannot read {what} at {path}: {_reason(error, path)}") from error


def _reason(error: Exception, path: Path) -> str:
    if code := CODE.search(str(error)):
        return f"it holds more than tensors ({code[1]}), which could run code"
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.startswith(ARCHIVE):
        return f"it is no file of torch's, it begins with {head!r}"
    said = str(error).partition("\n")[0][:SAID]  # it may be the machine that lacks the memory
    return f"it is cut off or broken ({type(error).__name__}: {said})"


def is_plain(tensor: Any) -> TypeGuard[torch.Tensor]:
    """Numbers with a point, each of which is there."""
    return isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and _is_here(tensor)


def _is_here(tensor: torch.Tensor) -> bool:
    return tensor.layout == torch.strided and not tensor.is_meta
