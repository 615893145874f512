"""What an answer to a job that was accepted tells beside the job. The job was promised, and nothing here takes that
back: what cannot be looked up or kept at the moment is told as it was before, or not at all.
"""

from contextlib import suppress

from gateway.accounts.tokens import TokenStore
from gateway.dialects.desk.views import Month
from gateway.door import Visit
from gateway.errors import KeysUnavailable, LimitsUnavailable

STREAM_LIFE = 600.0  # seconds for which a stream may be begun


async def month_of(visit: Visit) -> Month:
    """What the visitor has used and may use. Raises LimitsUnavailable."""
    plan, spent = await visit.door.allowance.month(visit.identity)
    return Month(spent.characters, plan.monthly_characters, spent.audio_ms / 60_000, plan.monthly_minutes)


async def month_after(visit: Visit, before: Month) -> Month:
    """before: what it was when the job was asked for."""
    with suppress(LimitsUnavailable):
        return await month_of(visit)
    return before


async def keyless(tokens: TokenStore, visit: Visit, path: str, origin: str) -> str:
    """The URL of a path of ours with the right to open it, once, and no other, so that it can be handed to a player.
    Empty where no right can be kept: what is there can still be asked for with the key.
    """
    key_id = visit.identity.key_id
    if key_id is None:
        return f"{origin}{path}"
    with suppress(KeysUnavailable):
        return f"{origin}{path}?token={await tokens.issue(key_id, STREAM_LIFE, path=path)}"
    return ""
