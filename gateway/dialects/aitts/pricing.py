"""`/pricing/estimate`: what a request to `/tts` with this body would cost."""

import msgspec

from gateway.dialects.aitts.replies import success
from gateway.dialects.desk.views import Told
from gateway.dialects.desk.wanted import Wanted


class Estimate(msgspec.Struct, frozen=True):
    """estimated_cost: credits by the operator's prices; 0 as long as there are none."""

    estimated_cost: float
    chars_charged: int
    voice_id: str


def tell_estimate(wanted: Wanted, cost: float) -> Told:
    return Told(success(Estimate(cost, wanted.charged, wanted.opened.voice)))
