"""The tables, as Markdown, so that they read well in a terminal and in docs/segmentation.md."""

from collections.abc import Iterable, Sequence

from loadtest.segmentation.bench import GOLDEN, HELD_OUT, OWN, PARAGRAPHS, SENTENCEX, Result
from loadtest.segmentation.score import Score

Row = Sequence[str]


def main_table(results: Sequence[Result]) -> str:
    heads = [
        "",
        "golden 48 exact",
        "golden F1/exact",
        "sentencex F1/exact",
        "replies en F1/exact",
        "replies other F1/exact",
        "held out F1/exact",
        "paragraphs F1",
        "hard errors replies/all",
        "stable % all/streamed",
        "delay mean",
        "p50/p95",
        "only at flush %",
        "characters/s",
        "1 MB, s",
        "changed",
    ]
    return _table(heads, [_main_row(result) for result in results])


def _main_row(result: Result) -> Row:
    own = sum(len(result.errors.get(group, [])) for group in (OWN, HELD_OUT))
    total = sum(len(errors) for errors in result.errors.values())
    delays = result.delays
    return [
        result.name,
        f"{result.english_48.exact_share:.1f}" if result.english_48.texts else "",
        _both(result.score(GOLDEN)),
        _both(result.score(SENTENCEX)),
        _both(result.score(OWN, ["en"])),
        _both(result.score(OWN, but="en")),
        _both(result.score(HELD_OUT)),
        _f1(result.score(PARAGRAPHS)),
        f"{own}/{total}",
        f"{_share(result.stable, result)}/{_share(result.stable_streamed, result)}",
        f"{delays.mean:.2f}",
        f"{delays.percentile(0.5)}/{delays.percentile(0.95)}",
        f"{delays.flush_share:.1f}",
        f"{result.speed:,.0f}" if result.speed else "",
        _megabyte(result),
        str(result.changed),
    ]


def language_table(results: Sequence[Result], group: str, *, exact: bool) -> str:
    """One column per language, the most texts first."""
    first = results[0]
    counts = {language: score.texts for (name, language), score in first.scores.items() if name == group}
    languages = sorted(counts, key=lambda language: (-counts[language], language))
    heads = ["", *(f"{language} ({counts[language]})" for language in languages)]
    return _table(heads, [[result.name, *_cells(result, group, languages, exact=exact)] for result in results])


def _cells(result: Result, group: str, languages: Iterable[str], *, exact: bool) -> Iterable[str]:
    for language in languages:
        score = result.score(group, [language])
        yield f"{score.exact_share:.0f}" if exact else f"{score.f1:.1f}"


def _table(heads: Row, rows: Sequence[Row]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _both(score: Score) -> str:
    return f"{score.f1:.1f}/{score.exact_share:.0f}" if score.texts else ""


def _f1(score: Score) -> str:
    return f"{score.f1:.1f}" if score.texts else ""


def _share(count: int, result: Result) -> str:
    share = 100 * count / result.fed_in_many_ways if result.fed_in_many_ways else 0.0
    return f"{share:.0f}" if count == result.fed_in_many_ways else f"{min(share, 99.9):.1f}"


def _megabyte(result: Result) -> str:
    found = result.megabyte
    if found is None:
        return ""
    if found.seconds > 3600:
        return "> 3,600*"
    return f"{found.seconds:,.1f}{'*' if found.projected else ''}"
