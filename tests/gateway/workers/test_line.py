import itertools

import pytest

from gateway.workers.line import AGAIN, KEPT, LATE, MOST, Line


def line_of(*askers, told=2.0, taken_on=0):
    """Refused one after the other at 0 s, each told to come again after `told` seconds or later; so many are taken on
    in the second before that.
    """
    line = Line()
    for number in range(taken_on):
        line.take_on(f"earlier {number}", now=number / taken_on - 1.0)
    return line, [line.refuse(asker, told, now=0.0) for asker in askers]


def first(line, now, *askers):
    return [asker for asker in askers if line.may_ask(asker, now)]


def test_who_was_refused_first_may_ask_and_nobody_else():
    line, _ = line_of("ann", "bob", "cat")

    assert first(line, 1.0, "new", "cat", "bob", "ann") == ["ann"]


def test_where_many_are_taken_on_in_a_second_as_many_may_ask():
    askers = [f"asker {number}" for number in range(400)]
    line, _ = line_of(*askers, taken_on=100)

    among_them = first(line, 0.1, *askers)
    assert among_them == askers[: len(among_them)]
    assert 50 < len(among_them) < 200


def test_each_is_told_a_later_time_than_the_one_before():
    _, dues = line_of("ann", "bob", "cat")

    assert dues[0] == 2.0
    assert all(before < after for before, after in itertools.pairwise(dues))


def test_how_much_later_the_next_is_told_to_come_follows_how_often_one_is_taken_on():
    (_, slow), (_, fast) = (line_of("ann", "bob", taken_on=taken_on) for taken_on in (10, 100))

    assert slow[1] - slow[0] == pytest.approx(10 * (fast[1] - fast[0]), rel=0.2)


def test_who_is_refused_again_keeps_the_place():
    line, _ = line_of("ann", "bob")
    line.ask("ann")
    line.refuse("ann", 2.0, now=2.0)

    assert first(line, 2.0, "bob", "ann") == ["ann"]


def test_who_comes_early_wins_nothing_and_loses_nothing():
    line, _ = line_of("ann", "bob", "cat", told=30.0)
    for early in (9.7, 9.8, 9.9):
        assert not line.may_ask("bob", early)
        line.refuse("bob", AGAIN, early)
    line.take_on("ann", 10.0)

    assert first(line, 10.1, "cat", "bob") == ["bob"]


def test_who_asks_or_is_taken_on_stands_before_nobody():
    line, _ = line_of("ann", "bob", "cat")
    line.ask("ann")
    assert first(line, 2.0, "cat", "bob") == ["bob"]

    line.take_on("ann", 2.1)
    assert first(line, 2.1, "ann", "cat", "bob") == ["bob"]


def test_who_never_comes_back_holds_nobody_up_for_longer_than_was_told_and_a_moment():
    line, (due,) = line_of("ann")

    assert not line.may_ask("bob", due + LATE)
    assert line.may_ask("bob", due + KEPT + 0.1)


def test_the_place_of_one_who_is_late_goes_to_whoever_comes_next():
    line, (due, _) = line_of("ann", "bob")
    late = due + LATE + 0.1

    assert line.may_ask("ann again", late)
    line.ask("ann again")
    line.refuse("ann again", AGAIN, late)
    assert not line.may_ask("ann", late)


def test_no_more_places_are_kept_than_there_may_be():
    _, dues = line_of(*map(str, range(MOST + 2)), told=1e6)

    assert dues[MOST] == dues[MOST + 1] > dues[MOST - 1]
