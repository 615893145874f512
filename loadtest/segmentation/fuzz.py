"""`make fuzz-segmenter`: atheris looks for a text that breaks a promise of the segmenter. Ends when one is found.

The targets are plain functions of bytes; the tests run them on bytes from hypothesis.
"""

import sys
from collections.abc import Callable, Sequence

from loadtest.segmentation.invariants import FRAGMENTS, LANGUAGES, check, check_work

CUT = 255
LONGEST_UNIT = 12  # fragments


def fragments(data: bytes) -> None:
    """Each byte is a fragment of a text, or a place where the text was cut into calls."""
    if data:
        check(LANGUAGES[data[0] % len(LANGUAGES)], _parts(data[1:]))


def characters(data: bytes) -> None:
    """The bytes are the text, cut where they say so."""
    if data:
        check(LANGUAGES[data[0] % len(LANGUAGES)], data[1:].decode("utf-8", "ignore").split("\x00"))


def work(data: bytes) -> None:
    if data:
        check_work(LANGUAGES[data[0] % len(LANGUAGES)], "".join(_parts(data[1 : LONGEST_UNIT + 1])))


def _parts(data: bytes) -> Sequence[str]:
    return ["".join(FRAGMENTS[byte % len(FRAGMENTS)] for byte in part) for part in data.split(bytes([CUT]))]


TARGETS: dict[str, Callable[[bytes], None]] = {"fragments": fragments, "characters": characters, "work": work}


def main() -> None:
    import atheris  # noqa: PLC0415 - it lives in an environment of its own

    if len(sys.argv) < 2 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m loadtest.segmentation.fuzz {'|'.join(TARGETS)} [options of libFuzzer]")
    target = TARGETS[sys.argv.pop(1)]
    atheris.instrument_all()
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
