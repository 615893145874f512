import pytest

from gateway.accounts.attempts import ALLOWED, WrongAttempts
from gateway.accounts.authenticator import ANONYMOUS, Authenticator, Credentials, Identity
from gateway.accounts.plans import Scope
from gateway.accounts.tokens import TokenStore
from gateway.database.writing import Writing
from gateway.errors import HTTP_STATUS, TooManyAttempts, Unauthenticated

HERE = "192.0.2.1"
WRONG = Credentials(HERE, authorization="Bearer vg_wrong")


@pytest.fixture
def tokens(database, keys, clock):
    return TokenStore(Writing(database), keys, clock)


@pytest.fixture
def attempts_file(tmp_path):
    return tmp_path / "attempts"


@pytest.fixture
def authenticator(keys, tokens, attempts_file, clock):
    return Authenticator(keys, tokens, WrongAttempts(attempts_file, slots=2, slot=0, clock=clock))


@pytest.fixture
def other_process(other_keys, tokens, attempts_file, clock):
    return Authenticator(other_keys, tokens, WrongAttempts(attempts_file, slots=2, slot=1, clock=clock))


async def be_wrong(authenticator, times, credentials=WRONG):
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            await authenticator.authenticate(credentials)


async def test_without_any_key_everybody_is_anonymous(authenticator):
    assert await authenticator.authenticate(Credentials(HERE)) == ANONYMOUS
    assert await authenticator.authenticate(WRONG) == ANONYMOUS
    assert await authenticator.is_active(ANONYMOUS)


@pytest.mark.parametrize(
    "found",
    [
        lambda secret: {"authorization": f"Bearer {secret}"},
        lambda secret: {"authorization": f"bearer  {secret} "},
        lambda secret: {"authorization": f"Token {secret}"},
        lambda secret: {"key": secret},
        lambda secret: {"authorization": f"Bearer {secret}", "key": "whatever"},
    ],
)
async def test_a_key_is_found_where_each_protocol_puts_it(authenticator, keys, found):
    record, secret = await keys.create("a")

    assert await authenticator.authenticate(Credentials(HERE, **found(secret))) == Identity(record.id, "a")


async def test_a_token_lets_its_bearer_in_once(authenticator, keys, tokens):
    record, _ = await keys.create("a")
    credentials = Credentials(HERE, key=await tokens.issue(record.id, 60.0))

    assert await authenticator.authenticate(credentials) == Identity(record.id, "a", by_token=True)
    await be_wrong(authenticator, 1, credentials)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "vg_without_scheme"])
async def test_what_is_no_key_is_refused_with_a_hint(authenticator, keys, header):
    await keys.create("a")

    with pytest.raises(Unauthenticated, match="Bearer KEY"):
        await authenticator.authenticate(Credentials(HERE, authorization=header))


async def test_a_key_is_needed_once_there_is_one(authenticator, keys):
    nothing, wrong = Credentials(HERE), Credentials(HERE, key="vg_wrong")
    assert not await authenticator.needs_key(nothing)

    await keys.create("a")

    assert await authenticator.needs_key(nothing)
    assert not await authenticator.needs_key(wrong), "it has one to show"


async def test_the_twenty_first_wrong_key_in_a_minute_is_told_to_wait(authenticator, keys):
    await keys.create("a")
    await be_wrong(authenticator, ALLOWED)

    with pytest.raises(TooManyAttempts) as refused:
        await authenticator.authenticate(WRONG)

    assert HTTP_STATUS[refused.value.code] == 429
    assert refused.value.retryable


async def test_the_next_minute_is_a_new_one(authenticator, keys, clock):
    await keys.create("a")
    await be_wrong(authenticator, ALLOWED)

    clock.now += 60

    await be_wrong(authenticator, ALLOWED)


async def test_wrong_keys_add_up_over_the_processes(authenticator, other_process, keys):
    await keys.create("a")
    await be_wrong(authenticator, ALLOWED - 1)
    await be_wrong(other_process, 1)

    with pytest.raises(TooManyAttempts):
        await authenticator.authenticate(WRONG)


async def test_wrong_tokens_count_as_well(authenticator, keys):
    await keys.create("a")
    await be_wrong(authenticator, ALLOWED, Credentials(HERE, key="vt_wrong"))

    with pytest.raises(TooManyAttempts):
        await authenticator.authenticate(WRONG)


async def test_a_right_key_is_not_refused_for_a_neighbours_wrong_ones(authenticator, keys):
    record, secret = await keys.create("a")
    await be_wrong(authenticator, ALLOWED)

    right = Credentials(HERE, authorization=f"Bearer {secret}")

    assert await authenticator.authenticate(right) == Identity(record.id, "a")


async def test_another_address_has_its_own_attempts(authenticator, keys):
    await keys.create("a")
    await be_wrong(authenticator, ALLOWED)

    await be_wrong(authenticator, ALLOWED, Credentials("2001:db8::1", authorization="Bearer vg_wrong"))


async def test_coming_without_a_key_is_no_attempt(authenticator, keys):
    await keys.create("a")

    await be_wrong(authenticator, ALLOWED + 1, Credentials(HERE))


async def test_an_identity_ends_when_its_key_is_revoked(authenticator, keys):
    record, secret = await keys.create("a")
    identity = await authenticator.authenticate(Credentials(HERE, authorization=f"Bearer {secret}"))
    assert await authenticator.is_active(identity)

    await keys.revoke(record.id)

    assert not await authenticator.is_active(identity)


def test_a_token_is_for_speaking_and_listening_and_no_more_than_its_key():
    token = Identity("key_1", "a", by_token=True)

    assert [scope for scope in Scope if token.may(scope)] == [Scope.GENERATE, Scope.STATUS, Scope.VOICES]
    assert not Identity("key_1", "a", by_token=True, scopes=(Scope.VOICES,)).may(Scope.GENERATE)
    assert not Identity("key_1", "a", by_token=True, scopes=(Scope.READ_JOBS,)).may(Scope.READ_JOBS)
