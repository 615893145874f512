"""Pronunciations as they are written on a command line or in a file: PHRASE=ALIAS, or PHRASE=/IPA/."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from voxgate.commands import Pronunciation
from voxgate.options import UsageError


def read_pronunciations(given: Iterable[str]) -> Iterator[Pronunciation]:
    """@FILE stands for the lines of a file, where # begins a comment. Raises UsageError."""
    for each in given:
        if each.startswith("@"):
            yield from map(parse, _lines(Path(each[1:])))
        else:
            yield parse(each)


def parse(written: str) -> Pronunciation:
    phrase, equals, said = (part.strip() for part in written.rpartition("="))
    if not (phrase and equals and said):
        raise UsageError(f"a pronunciation is written PHRASE=ALIAS or PHRASE=/IPA/, not {written!r}")
    if len(said) > 2 and said.startswith("/") and said.endswith("/"):
        return Pronunciation(phrase, ipa=said[1:-1])
    return Pronunciation(phrase, alias=said)


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"pronunciations: {error}") from error
    return [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
