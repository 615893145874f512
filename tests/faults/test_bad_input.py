"""What no client of ours would send, to every route that the server describes: 4xx, soon, in little memory."""

import pytest

from loadtest.bad_input.place import try_all
from loadtest.bad_input.run import wrong

pytestmark = pytest.mark.slow

SOON = 1.0  # seconds; `python -m loadtest bad-input` holds a quiet machine to 0.05
MEGABYTE = 1 << 20


def test_bad_input_is_answered_soon_with_4xx_and_costs_no_memory():
    rows = try_all()

    assert len(rows) > 20
    assert sum(len(row.seconds) for row in rows) > 500
    assert not wrong(rows, SOON)
    assert not [(row.what, row.grown) for row in rows if row.grown > 16 * MEGABYTE]
