"""Who goes first: each order gives a job its place, the smallest first, and of equals the one that came first.

The worker goes by deadline. The others are what it was measured against (docs/scheduling.md).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from synth.batching.job import Job

# The job, when it came, and the seconds of the engine's time that it takes.
Order = Callable[[Job, float, float], tuple[float, ...]]


def by_deadline(job: Job, now: float, _work: float) -> tuple[float, ...]:
    """Who has been in silence for longest; then who will be soonest."""
    return (now + job.due_in,)


def by_arrival(_job: Job, now: float, _work: float) -> tuple[float, ...]:
    return (now,)


def beginnings_first(job: Job, now: float, _work: float) -> tuple[float, ...]:
    """Every first segment before any other."""
    return (not job.begins, now + job.due_in)


def by_laxity(job: Job, now: float, work: float) -> tuple[float, ...]:
    """Who must be begun soonest to be in time."""
    return (now + job.due_in - work,)


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "first come": by_arrival,
        "deadline": by_deadline,
        "beginnings first": beginnings_first,
        "laxity": by_laxity,
    }
)
