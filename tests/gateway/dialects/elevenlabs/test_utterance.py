"""Utterances of one name wait for each other, with what they may not say yet."""

import pytest

from gateway.dialects.elevenlabs.alignment import Alignment
from gateway.dialects.elevenlabs.utterance import MOST_IN_LINE, Utterances
from gateway.errors import TooManyContexts


def begin(utterances, name):
    return utterances.begin(name, Alignment(every=False))


def test_a_line_of_one_name_is_bounded():
    utterances = Utterances()
    line = [begin(utterances, "a") for _ in range(MOST_IN_LINE)]

    with pytest.raises(TooManyContexts):
        begin(utterances, "a")

    begin(utterances, "b")
    utterances.end(line[0])
    assert utterances.tell(line[0], ["the end"]) == ["the end"]
    begin(utterances, "a")
