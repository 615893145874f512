"""What is asked again."""

import pytest
from voxgate.errors import SpeechError, connect_failed
from voxgate.patience import Patience

AWAY = connect_failed("http://x", "nobody")
FULL = SpeechError("RESOURCE_EXHAUSTED", "rate_limited", "too often", retryable=True)
WRONG = SpeechError("NOT_FOUND", "unknown_job", "no such job")


class Asked:
    """Answers with what it is given, in turn."""

    def __init__(self, *answers):
        self.answers = list(answers)

    async def __call__(self):
        answer = self.answers.pop(0)
        if isinstance(answer, SpeechError):
            raise answer
        return answer


async def test_what_may_pass_is_asked_again_and_said_once():
    said = []
    patience = Patience(10.0, said.append)
    assert await patience.keep(Asked("first")) == "first"

    assert await patience.keep(Asked(AWAY, FULL, "then")) == "then"
    assert said == ["cannot connect to http://x: nobody; trying again"]


@pytest.mark.parametrize("error", [AWAY, WRONG])
async def test_who_was_never_there_and_what_will_not_pass_is_not_waited_for(error):
    with pytest.raises(SpeechError):
        await Patience(10.0, print).keep(Asked(error, "never"))


async def test_patience_ends():
    patience = Patience(0.0, print)
    await patience.keep(Asked("first"))

    with pytest.raises(SpeechError, match="nobody"):
        await patience.keep(Asked(AWAY, "too late"))
