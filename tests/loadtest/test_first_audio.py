import pytest

from loadtest.first_audio import FirstAudio, Heard
from loadtest.latencies import Found, plot, table
from loadtest.replies import REPLIES, tokens


def heard(*firsts, gap=0.0):
    return FirstAudio([Heard(first, 0.015, first > 1, gap) for first in firsts])


@pytest.mark.parametrize("reply", REPLIES)
def test_tokens_are_the_text(reply):
    assert "".join(tokens(reply)) == reply
    assert 3.5 < len(reply) / len(tokens(reply)) < 5.0


def test_a_token_has_the_space_before_it():
    assert tokens("No, 1234 extraordinary (things).") == [
        *("No", ",", " 123", "4", " extraor", "dinary", " (", "things", ").")
    ]


def test_what_is_said_of_the_token_that_completed_the_first_segment():
    assert str(heard(0.4, 0.5, 1.5)) == (
        "first audio after the token that completed the first segment: p50 15.0 ms, p95 15.0 ms; "
        "2 of 3 before the first sentence was complete"
    )


def test_a_silence_that_nobody_notices_is_no_gap():
    assert heard(0.4, gap=0.049).with_gaps == 0
    assert heard(0.4, gap=0.051).with_gaps == 1


def test_the_table_has_a_row_for_each_engine_and_latency():
    found = [Found(0.25, "quality", heard(1.0, 2.0, 3.0)), Found(0.25, "low", heard(0.5, gap=0.2))]

    assert table(found).splitlines()[2:] == [
        "| 0.25 | `quality` | 2.00 s | 2.90 s | 0 of 3 | 0.00 s |",
        "| 0.25 | `low` | 0.50 s | 0.50 s | 1 of 1 | 0.20 s |",
    ]


def test_the_plot_has_a_panel_for_each_engine_and_a_line_for_each_latency():
    found = [Found(factor, name, heard(0.5, 1.0)) for factor in (0.02, 0.25) for name in ("quality", "low")]
    drawn = plot(found)

    assert drawn.count("Real-time factor") == 2
    assert drawn.count(">quality<") == drawn.count(">low<") == 1
    assert drawn.count('fill="none"') == 4
