"""What an accepted job's answer tells while the database does not answer."""

from types import SimpleNamespace
from typing import Any

import pytest

from gateway.accounts.authenticator import Identity
from gateway.accounts.plans import Plan
from gateway.accounts.usage import Spent
from gateway.dialects.desk.views import Month
from gateway.door import Visit
from gateway.errors import KeysUnavailable, LimitsUnavailable
from gateway.promised import keyless, month_after, month_of

PATH, ORIGIN = "/api/v1/tts/1/stream", "https://speech.example.com"


class Database:
    """The allowance and the tokens of a database that can stop."""

    stopped = False

    async def month(self, _identity):
        if self.stopped:
            raise LimitsUnavailable("try again")
        return Plan(monthly_characters=100, monthly_minutes=2), Spent("k", "2026-11", 1, 40, 30_000)

    async def issue(self, key_id, lifetime, *, path):
        if self.stopped:
            raise KeysUnavailable("try again")
        return f"vt_{key_id}_{lifetime:g}_{path.count('/')}"


@pytest.fixture
def database():
    return Database()


def visit(database, key_id="k"):
    door: Any = SimpleNamespace(allowance=database)
    return Visit(Identity(key_id, "app"), door)


async def test_the_month_is_told_as_it_was_before_where_it_cannot_be_looked_up(database):
    before = await month_of(visit(database))
    assert before == Month(characters=40, most_characters=100, minutes=0.5, most_minutes=2)
    assert await month_after(visit(database), Month()) == before

    database.stopped = True

    assert await month_after(visit(database), before) == before
    with pytest.raises(LimitsUnavailable):
        await month_of(visit(database))


async def test_a_link_opens_one_path_and_is_none_where_no_right_can_be_kept(database):
    assert await keyless(database, visit(database), PATH, ORIGIN) == f"{ORIGIN}{PATH}?token=vt_k_600_5"

    database.stopped = True

    assert await keyless(database, visit(database), PATH, ORIGIN) == ""
    assert await keyless(database, visit(database, None), PATH, ORIGIN) == f"{ORIGIN}{PATH}"  # it needs none
