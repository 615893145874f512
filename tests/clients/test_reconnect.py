import pytest
from voxgate.errors import SpeechError
from voxgate.reconnect import NEVER, Reconnect, connected


def dial_that_fails(times, *, retryable=True):
    tries = []

    async def dial():
        tries.append(None)
        if len(tries) <= times:
            raise SpeechError("UNAVAILABLE", "connect_failed", "nobody there", retryable=retryable)
        return "link"

    return dial, tries


def test_the_wait_doubles_up_to_a_limit():
    assert Reconnect(attempts=4, backoff=2).delays() == [2, 4, 8, 10]


async def test_connecting_is_tried_again_as_often_as_the_policy_says():
    dial, tries = dial_that_fails(2)

    assert await connected(dial, Reconnect(attempts=2, backoff=0)) == "link"
    assert len(tries) == 3


@pytest.mark.parametrize(("policy", "retryable"), [(NEVER, True), (Reconnect(backoff=0), False)])
async def test_it_is_not_tried_again_without_a_policy_or_a_reason(policy, retryable):
    dial, tries = dial_that_fails(5, retryable=retryable)

    with pytest.raises(SpeechError, match="nobody there"):
        await connected(dial, policy)
    assert len(tries) == 1
