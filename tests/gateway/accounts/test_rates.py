import asyncio

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.accounts.plans import PLANS, Plan, Rate
from gateway.accounts.rates import open_rates
from gateway.config import ConfigError
from gateway.errors import RateLimited


@pytest.fixture
def rates():
    return open_rates("memory://")


async def taken(rates, owner="a", bucket="requests", rate="10/15 minutes"):
    windows = []
    try:
        await rates.take(owner, bucket, rate, windows.append)
    except RateLimited as error:
        return windows, error
    return windows, None


async def test_a_rate_lets_so_many_through_and_says_when_to_come_again(rates):
    ((windows, refused),) = [await taken(rates)]
    assert (windows[0].limit, windows[0].remaining, refused) == (10, 9, None)
    for _ in range(9):
        _, refused = await taken(rates)
        assert refused is None

    windows, refused = await taken(rates)

    assert windows[0].remaining == 0
    assert 890 < refused.retry_in <= 900


async def test_of_many_at_once_exactly_so_many_come_through(rates):
    found = await asyncio.gather(*(taken(rates, rate="100/minute") for _ in range(1000)))

    assert sum(refused is None for _, refused in found) == 100


async def test_owners_and_buckets_count_for_themselves(rates):
    for owner, bucket in (("a", "requests"), ("b", "requests"), ("a", "reads")):
        _, refused = await taken(rates, owner, bucket, "1/minute")
        assert refused is None

    assert (await taken(rates, "a", "reads", "1/minute"))[1] is not None


async def test_without_a_rate_nothing_is_counted(rates):
    assert await taken(rates, rate="") == ([], None)


def test_a_store_that_is_not_known_is_told_without_its_password():
    with pytest.raises(ConfigError, match="VOXGATE_RATES_URL") as refused:
        open_rates("sheep://me:hunter2@host")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("rate", ["sometimes", "10", "10/fortnight"])
def test_a_rate_that_cannot_be_read_is_refused_before_the_server_starts(rate):
    with pytest.raises(ValidationError, match="15 minutes"):
        TypeAdapter(Rate).validate_python(rate)


def test_every_published_plan_can_be_counted():
    for plan in PLANS.values():
        assert Plan.model_validate(plan.model_dump()) == plan
