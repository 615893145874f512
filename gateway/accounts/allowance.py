"""What somebody may still do: the plan of a key, its rates, its month."""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.accounts.authenticator import Identity
from gateway.accounts.plans import Plan, Scope
from gateway.accounts.rates import READS, REQUESTS, Rates, Window
from gateway.accounts.strangers import Strangers
from gateway.accounts.tally import Tally
from gateway.accounts.usage import Spent
from gateway.database.charging import Charge, Charged, free
from gateway.database.errors import asked
from gateway.errors import Forbidden, LimitsUnavailable, TextTooLong


class Allowance:
    """Of whoever comes without a key only the rates are known, and a stranger's characters of a day."""

    def __init__(
        self, plans: Mapping[str, Plan], rates: Rates, tally: Tally, strangers: Strangers | None = None
    ) -> None:
        self._strangers = strangers
        self._plans = plans
        self._rates = rates
        self._tally = tally

    def plan(self, identity: Identity) -> Plan:
        """Raises Forbidden: the operator has taken the plan away, which must not mean that there are no bounds."""
        plan = self._plans.get(identity.plan)
        if plan is None:
            raise Forbidden(f"this API key has a plan that this server does not know: {identity.plan!r}")
        return plan

    async def admit(
        self,
        identity: Identity,
        scope: Scope,
        counted: Callable[[Window], None],
        *,
        charged: bool = False,
        rated: bool = True,
    ) -> None:
        """Counts one request. Raises Forbidden, RateLimited, QuotaExceeded, LimitsUnavailable.

        counted: hears of the window that it counts in, also when it is full. charged: `charge` asks about the month.
        rated: it is counted; what was counted when it was asked for is not again.
        """
        if not identity.may(scope):
            raise Forbidden(f"{_who(identity)} is not for {scope}")
        plan, speaks = self.plan(identity), scope is Scope.GENERATE
        if not rated:
            pass
        elif speaks or plan.reads is None:
            await self._rates.take(identity.owner, REQUESTS, plan.requests, counted)
        else:
            await self._rates.take(identity.owner, READS, plan.reads, counted)
        if speaks and not charged:
            await self._check(identity, plan)

    async def reserve(self, identity: Identity, characters: int) -> None:
        """For a text that is known whole. Raises TextTooLong, QuotaExceeded, LimitsUnavailable."""
        plan = self._plan_for(identity, characters)
        if identity.key_id is None:
            self._take(identity, characters)
            return
        with asked(_unanswered):
            await self._tally.ledger.reserve(identity.key_id, plan, characters)

    def charge(self, identity: Identity, characters: int) -> Charge:
        """What reserves within a transaction: the text's place in the database and its price are one. Raises the same,
        now or in the transaction; of the month only there, which a text that has its place already does not reach.
        """
        plan = self._plan_for(identity, characters)
        if identity.key_id is None:  # and so no month
            return partial(self._charge, identity, characters)
        return partial(self._tally.ledger.take, key_id=identity.key_id, plan=plan, characters=characters)

    async def month(self, identity: Identity) -> tuple[Plan, Spent]:
        """The plan, and what of this month is used; nothing is known of who has no key."""
        if identity.key_id is None:
            return self.plan(identity), Spent("", "")
        with asked(_unanswered):
            return self.plan(identity), await self._tally.ledger.spent(identity.key_id)

    def spend(self, identity: Identity, characters: int, audio_seconds: float) -> None:
        """What was spoken without having been reserved."""
        if identity.key_id is not None:
            self._tally.add(identity.key_id, characters, audio_seconds)
        elif identity.stranger and self._strangers is not None:
            self._strangers.spend(identity.stranger, characters)

    async def _charge(self, identity: Identity, characters: int, connection: AsyncConnection) -> Charged:
        self._take(identity, characters)
        return await free(connection)

    def _take(self, identity: Identity, characters: int) -> None:
        """Who has no key has no month, and a stranger has a day."""
        if identity.stranger and self._strangers is not None:
            self._strangers.take(identity.stranger, characters)

    def _plan_for(self, identity: Identity, characters: int) -> Plan:
        plan = self.plan(identity)
        if plan.max_text and characters > plan.max_text:
            raise TextTooLong(f"this plan takes texts of up to {plan.max_text} characters")
        return plan

    async def _check(self, identity: Identity, plan: Plan) -> None:
        if identity.stranger and self._strangers is not None:
            self._strangers.check(identity.stranger)
        if identity.key_id is None:
            return
        with asked(_unanswered):
            await self._tally.ledger.check(identity.key_id, plan)


def _who(identity: Identity) -> str:
    if identity.stranger:
        return "who comes without an API key"
    return "this token" if identity.by_token else "this API key"


def _unanswered() -> LimitsUnavailable:
    return LimitsUnavailable("what was used this month cannot be looked up at the moment; try again")
