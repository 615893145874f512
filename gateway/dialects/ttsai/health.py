"""`/v1/health`, which needs no key. latency_ms: what asking the database took."""

from typing import Literal

import msgspec

from gateway.dialects.desk.views import Told, Vitals


class HealthReply(msgspec.Struct, frozen=True):
    status: Literal["online", "offline"]
    latency_ms: int
    queue_size: int
    models_loaded: tuple[str, ...]


def tell_health(vitals: Vitals) -> Told:
    status: Literal["online", "offline"] = "online" if vitals.ready else "offline"
    return Told(HealthReply(status, round(1000 * vitals.latency), vitals.waiting, vitals.engines))
