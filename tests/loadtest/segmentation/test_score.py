from loadtest.segmentation.cuts import AT_FLUSH, Cuts, run
from loadtest.segmentation.score import Delays, Score
from loadtest.segmentation.streams import HoldLast
from loadtest.segmentation.texts import from_marked


def marked(text):
    return from_marked(text, "replies", "en", "plain")


def score(text, places):
    one = Score()
    one.add(marked(text), places)
    return one.found, one.wrong, one.missed, one.exact


def test_an_end_is_found_at_any_of_its_places_once():
    assert score("Great!‖ 🎉⁞ It works.", {6}) == (1, 0, 0, 1)
    assert score("Great!‖ 🎉⁞ It works.", {7}) == (1, 0, 0, 1)
    assert score("Great!‖ 🎉⁞ It works.", {6, 7}) == (1, 1, 0, 0)


def test_a_cut_is_wrong_where_there_is_no_end_and_free_where_it_is_allowed():
    assert score("One.‖ Two¦ and three", {4, 7}) == (1, 0, 0, 1)
    assert score("One.‖ Two and three", {7}) == (0, 1, 1, 0)


def test_f1_is_the_share_of_found_ends():
    one = Score(found=3, wrong=1, missed=1)

    assert one.f1 == 75.0
    assert Score().f1 == 100.0


def stop(text):
    parts = text.split(". ")
    return [part + ". " for part in parts[:-1]] + [part for part in parts[-1:] if part]


def test_a_library_that_wants_the_whole_text_holds_its_last_sentence_back():
    text = marked("One. Two. Three")

    assert run(lambda _: HoldLast(stop), text, ["One.", " Two. T", "hree"]) == Cuts(
        {4: 2, 8: 2}, ["One.", " Two.", " Three"]
    )


def test_a_text_that_was_changed_has_no_pieces():
    text = marked("One. Two.")

    cuts = run(lambda _: HoldLast(lambda part: stop(part.replace("w", ""))), text, ["One. Two."])

    assert cuts.places == {4: 1, 7: AT_FLUSH}  # as well as can be told
    assert cuts.pieces is None


def test_delay_is_counted_in_tokens_after_the_one_that_ends_the_sentence():
    delays = Delays()
    delays.add(marked("One.‖ Two.‖ Go"), Cuts({4: 3, 8: AT_FLUSH}, None), ["One", ".", " Two", ".", " Go"])

    assert delays.tokens == [1, 2]
    assert (delays.mean, delays.percentile(0.5), delays.flush_share) == (1.5, 2, 50.0)


def test_a_missed_end_is_a_delay_until_the_next_one():
    delays = Delays()
    delays.add(marked("One.‖ Two.‖ Go on"), Cuts({8: 5}, None), ["One", ".", " Two", ".", " Go", " on"])

    assert delays.tokens == [3, 1]
