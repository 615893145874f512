from hypothesis import given
from hypothesis import strategies as st

from synth.engines.kokoro.model.arrangement import ALONE, TOGETHER, Arrangement

lengths = st.lists(st.integers(1, 500), max_size=40)


def test_alone_is_one_row_in_each_group():
    assert ALONE.split([3, 9, 5]) == [[1], [2], [0]]


def test_a_short_row_does_not_pad_to_a_long_one():
    assert Arrangement(max_rows=8, spare=0.2).split([100, 10, 95, 11]) == [[0, 2], [3, 1]]


def test_packed_rows_pad_to_nobody():
    assert Arrangement(max_rows=8, packed=True).split([100, 10, 95, 11]) == [[0, 2, 3, 1]]


def test_a_row_above_the_limit_goes_by_itself():
    assert Arrangement(max_rows=8, max_steps=50).split([100, 20, 20]) == [[0], [1, 2]]


@given(lengths)
def test_every_row_is_in_one_group_and_groups_keep_their_limits(lengths):
    groups = TOGETHER.split(lengths)

    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        area = len(group) * TOGETHER.width(max(lengths[index] for index in group))
        assert len(group) <= TOGETHER.max_rows
        if len(group) > 1:
            assert area <= TOGETHER.max_steps
            assert sum(lengths[index] for index in group) >= (1 - TOGETHER.spare) * area
