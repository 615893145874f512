from loadtest.segmentation.bench import OWN, measure
from loadtest.segmentation.report import language_table, main_table
from loadtest.segmentation.streams import HoldLast, Ours
from loadtest.segmentation.texts import from_marked

TEXTS = [from_marked("It is 3.14.‖ Good.", OWN, "en", "decimals"), from_marked("Oui.‖ Non.", OWN, "fr", "plain")]


def at_every_dot(text):
    *sentences, rest = text.split(".")
    return [sentence + "." for sentence in sentences] + ([rest] if rest else [])


def test_a_segmenter_is_measured_on_all_texts():
    good = measure("ours", Ours, TEXTS, stability=TEXTS, speed=False)
    bad = measure("dots", lambda _: HoldLast(at_every_dot), TEXTS, stability=TEXTS, speed=False)

    assert (good.score(OWN).exact, good.stable, good.errors[OWN], good.faults) == (2, 2, [], [])
    assert (bad.score(OWN).exact, len(bad.errors[OWN])) == (1, 1)
    assert [text.language for text, _ in bad.faults] == ["en"]
    assert "| ours |" in main_table([good, bad])
    assert "en (1) | fr (1)" in language_table([good, bad], OWN, exact=True)
