import pytest

from gateway.accounts.addresses import Proxies, household
from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.authenticator import Authenticator, Credentials
from gateway.accounts.plans import Scope
from gateway.accounts.strangers import BUCKETS, DAY, Strangers
from gateway.accounts.tokens import TokenStore
from gateway.database.writing import Writing
from gateway.errors import Quota, QuotaExceeded, Unauthenticated

HERE = "192.0.2.1"


@pytest.fixture
def strangers(clock):
    return Strangers("ttsai-anonymous", 100, clock=clock)


async def test_a_stranger_may_speak_and_see_no_account(database, keys, clock, strangers):
    authenticator = Authenticator(keys, TokenStore(Writing(database), keys, clock), WrongAttempts(), strangers)
    await keys.create("a")

    stranger = await authenticator.authenticate(Credentials(HERE))

    assert (stranger.key_id, stranger.plan) == (None, "ttsai-anonymous")
    assert [scope for scope in Scope if stranger.may(scope)] == [Scope.GENERATE, Scope.STATUS, Scope.VOICES]
    with pytest.raises(Unauthenticated):  # who shows a key shows a right one
        await authenticator.authenticate(Credentials(HERE, key="vg_wrong"))


def test_a_day_has_so_many_characters_for_an_address_and_the_next_day_as_many(strangers, clock):
    here, there = strangers.bucket(HERE), strangers.bucket("192.0.2.2")
    strangers.take(here, 60)
    strangers.take(there, 100)
    with pytest.raises(QuotaExceeded):
        strangers.take(here, 41)
    strangers.take(here, 40)
    strangers.spend(here, -10)  # nothing of it was spoken
    strangers.check(here, 10)

    clock.now += DAY
    strangers.take(strangers.bucket(HERE), 100)


def test_a_day_that_is_used_up_tells_what_was_needed_only_of_a_text_that_was_counted(strangers):
    here = strangers.bucket(HERE)
    strangers.take(here, 100)

    for needed in (0, 7):
        with pytest.raises(QuotaExceeded) as refused:
            strangers.check(here, needed)
        assert refused.value.quota == Quota("characters", limit=100, used=100, needed=needed)


def test_a_household_of_ipv6_is_one_address_and_a_million_addresses_are_no_memory(strangers):
    assert household("2001:db8:1:2:3:4:5:6") == household("2001:db8:1:2::9") != household("2001:db8:1:3::9")
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") != household("192.0.2.2")
    assert household("unix") == "unix"
    buckets = {strangers.bucket(f"2001:db8:{a:x}:{b:x}::1") for a in range(100) for b in range(100)}
    assert buckets <= set(range(1, BUCKETS + 1))


def test_processes_of_a_server_count_together(tmp_path, clock):
    one, other = (Strangers("p", 100, tmp_path / "strangers", 2, slot, clock=clock) for slot in (0, 1))
    one.take(one.bucket(HERE), 60)

    with pytest.raises(QuotaExceeded):
        other.take(other.bucket(HERE), 60)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: whatever it says
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # invented by the client
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_say_for_whom_they_ask(peer, forwarded, client):
    assert Proxies(["10.0.0.0/8"]).client(peer, forwarded) == client
    assert Proxies().client(peer, forwarded) == peer
