"""When text is spoken, and how much of it at once."""

from gateway.core.pacing.policy import DEFAULT_LATENCY, LATENCIES, Policy
from gateway.core.pacing.queue import Queue
from gateway.core.pacing.reader import Reader
from gateway.core.pacing.speed import Speed

__all__ = ["DEFAULT_LATENCY", "LATENCIES", "Policy", "Queue", "Reader", "Speed"]
