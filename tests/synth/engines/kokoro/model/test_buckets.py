import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.engines.kokoro.model.buckets import READING, SOUND, Bucket, Buckets

SMALL = Buckets(widths=(16, 32), largest=64, rows=(1, 2, 4), free=16, spare=1.5)


def test_no_bucket_is_larger_than_allowed_and_the_largest_comes_first():
    assert SMALL.all() == [Bucket(2, 32), Bucket(4, 16), Bucket(1, 32), Bucket(2, 16), Bucket(1, 16)]


@pytest.mark.parametrize(
    ("rows", "width", "chosen"),
    [
        (1, 3, Bucket(1, 16)),  # padding is free here
        (1, 17, None),  # 32 is more than one and a half times as much
        (1, 22, Bucket(1, 32)),
        (2, 16, Bucket(2, 16)),
        (3, 15, Bucket(4, 16)),
        (3, 17, None),
        (1, 33, None),
    ],
)
def test_a_batch_goes_through_the_smallest_that_has_room_unless_it_is_far_too_large(rows, width, chosen):
    assert SMALL.choose(rows, width) == chosen


def test_there_are_not_too_many_to_be_recorded_when_a_worker_starts():
    assert len(READING.all()) + len(SOUND.all()) < 70


@given(st.integers(1, 40), st.integers(1, 600), st.sampled_from([READING, SOUND]))
def test_a_bucket_has_room_and_padding_that_costs_is_bounded(rows, width, buckets):
    if bucket := buckets.choose(rows, width):
        assert bucket.rows >= rows
        assert bucket.width >= width
        assert bucket.area <= buckets.largest
        assert bucket.area <= max(buckets.free, buckets.spare * rows * width)
