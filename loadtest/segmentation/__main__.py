"""`make bench-segmentation`: our sentences beside the peers', in one run, as Markdown tables on standard output.

Our own texts are always there; the public ones where --data or VOXGATE_SEGMENTATION_DATA names their folder.
"""

import argparse
import os
import sys
from pathlib import Path

from loadtest.segmentation import bench
from loadtest.segmentation.bench import Result, measure
from loadtest.segmentation.report import language_table, main_table
from loadtest.segmentation.stall import measure_stalls
from loadtest.segmentation.streams import Factory, OurPieces, Ours
from loadtest.segmentation.texts import Text, read_own, read_public, sampled

ROOT = Path(__file__).parent.parent.parent
OWN_TEXTS = ROOT / "tests/gateway/core/segmenter/replies"
STABILITY_EVERY = {bench.GOLDEN: 4, bench.SENTENCEX: 4, bench.PARAGRAPHS: 20}


def main() -> None:
    options = _options()
    texts = _texts(options.data, everything=options.all)
    factories = _factories(options.only.split(",") if options.only else None, peers=not options.alone)
    results = []
    for name, factory in factories.items():
        sys.stderr.write(f"{name}\n")
        stability = [] if options.quick else _for_stability(texts)
        results.append(measure(name, factory, texts, stability=stability, speed=not options.quick))
    _show(results)
    own = [text for text in texts if text.group in (bench.OWN, bench.HELD_OUT)]
    sys.stdout.write(f"\nvoxgate, our own texts: {measure_stalls(own)}\n")
    if options.faults:
        _show_faults(results[0], options.faults)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m loadtest.segmentation", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("VOXGATE_SEGMENTATION_DATA", ""),
        help="folder with golden_rules.jsonl, sentencex_tests.jsonl, ud_paragraphs.jsonl",
    )
    parser.add_argument("--only", default="", help="names, with commas between them")
    parser.add_argument("--alone", action="store_true", help="ours only: needs no other package")
    parser.add_argument("--all", action="store_true", help="all paragraphs instead of 40 per treebank")
    parser.add_argument("--quick", action="store_true", help="neither stability nor speed")
    parser.add_argument("--faults", default="", help="list what ours gets wrong in this group of texts")
    return parser.parse_args()


def _texts(data: str | Path, *, everything: bool) -> list[Text]:
    texts = read_own(OWN_TEXTS, bench.OWN) + read_own(OWN_TEXTS / "held_out", bench.HELD_OUT)
    if data:
        folder = Path(data)
        texts += read_public(folder / "golden_rules.jsonl", bench.GOLDEN)
        texts += read_public(folder / "sentencex_tests.jsonl", bench.SENTENCEX)
        paragraphs = read_public(folder / "ud_paragraphs.jsonl", bench.PARAGRAPHS)
        texts += paragraphs if everything else sampled(paragraphs)
    return texts


def _factories(only: list[str] | None, *, peers: bool) -> dict[str, Factory]:
    found: dict[str, Factory] = {"voxgate": Ours, "voxgate with clauses": OurPieces}
    if peers:
        from loadtest.segmentation.peers import PEERS  # noqa: PLC0415 - they live in another environment

        found |= PEERS
    return {name: factory for name, factory in found.items() if only is None or name in only}


def _for_stability(texts: list[Text]) -> list[Text]:
    """All of our own and some of the others: a library that wants whole texts is slow when fed letter by letter."""
    own = [text for text in texts if text.group in (bench.OWN, bench.HELD_OUT)]
    return own + [
        text
        for group in (bench.GOLDEN, bench.SENTENCEX, bench.PARAGRAPHS)
        for text in [each for each in texts if each.group == group][:: STABILITY_EVERY[group]]
    ]


def _show(results: list[Result]) -> None:
    sys.stdout.write(main_table(results) + "\n")
    groups = [
        (bench.PARAGRAPHS, False),
        (bench.OWN, True),
        (bench.HELD_OUT, True),
        (bench.GOLDEN, True),
        (bench.SENTENCEX, True),
    ]
    for group, exact in groups:
        if results[0].score(group).texts:
            sys.stdout.write(f"\n{group}, {'exact %' if exact else 'F1'} (texts)\n\n")
            sys.stdout.write(language_table(results, group, exact=exact) + "\n")


def _show_faults(result: Result, group: str) -> None:
    """! a cut that is none, ? an end that was missed."""
    for text, cuts in result.faults:
        if text.group != group:
            continue
        ends = {place for end in text.ends for place in end}
        missed = {max(end) for end in text.ends if not end & cuts.places.keys()}
        wrong = set(cuts.places) - ends - text.allowed
        shown, rank = "", 0
        for character in text.text:
            shown += character
            if not character.isspace():
                rank += 1
                shown += "⟨!⟩" if rank in wrong else "⟨?⟩" if rank in missed else "|" if rank in cuts.places else ""
        sys.stdout.write(f"\n[{text.language} {text.category}] {shown}\n")
    for error in result.errors.get(group, []):
        sys.stdout.write(f"HARD {error}\n")


if __name__ == "__main__":
    main()
