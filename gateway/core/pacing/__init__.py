"""When text is spoken, and how much of it at once."""

from gateway.core.pacing.policy import BALANCED, Policy
from gateway.core.pacing.queue import Queue
from gateway.core.pacing.speed import Speed

__all__ = ["BALANCED", "Policy", "Queue", "Speed"]
