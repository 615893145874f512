"""Who may come in, and for how much."""

from dataclasses import dataclass

from gateway.accounts.allowance import Allowance
from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.authenticator import Authenticator
from gateway.accounts.keys import KeyStore
from gateway.accounts.plans import PLANS
from gateway.accounts.rates import open_rates
from gateway.accounts.strangers import Strangers
from gateway.accounts.tally import Tally
from gateway.accounts.tokens import TokenStore
from gateway.accounts.usage import Ledger
from gateway.config import ConfigError, check_exposure
from gateway.door import Door
from gateway.runner import Runner
from gateway.server.ground import Ground
from gateway.shared_counters import ConnectionCounter


@dataclass(frozen=True, slots=True)
class Accounts:
    keys: KeyStore
    tokens: TokenStore
    tally: Tally


async def open_accounts(ground: Ground) -> Accounts:
    """Raises ConfigError: without a key others would come in whom the operator does not know."""
    keys = KeyStore(ground.writing.engine)
    check_exposure(ground.config, any_keys=await keys.any_keys())
    tally = Tally(Ledger(ground.writing))
    ground.stack.push_async_callback(tally.write)
    ground.keep_doing(tally.run())
    return Accounts(keys, TokenStore(ground.writing, keys), tally)


def open_door(ground: Ground, accounts: Accounts, runner: Runner) -> Door:
    config, place = ground.config, ground.place
    attempts = WrongAttempts(place.file("attempts"), place.slots, place.slot)
    connections = ConnectionCounter(place.file("connections"), place.slots, place.slot, limit=config.max_connections)
    strangers = _strangers(ground)
    plans = {**PLANS, **config.plans}
    allowance = Allowance(plans, open_rates(config.rates_url), accounts.tally, strangers)
    authenticator = Authenticator(accounts.keys, accounts.tokens, attempts, strangers)
    door = Door(authenticator, allowance, connections, runner)
    ground.keep_doing(door.watch())
    return door


def _strangers(ground: Ground) -> Strangers | None:
    """Raises ConfigError: a plan that is none would let nobody in, without a word."""
    config, place = ground.config, ground.place
    if not config.anonymous_plan:
        return None
    if config.anonymous_plan not in {**PLANS, **config.plans}:
        raise ConfigError(f"VOXGATE_ANONYMOUS_PLAN: there is no plan {config.anonymous_plan!r}")
    file = place.file("strangers")
    return Strangers(config.anonymous_plan, config.anonymous_characters, file, place.slots, place.slot)
