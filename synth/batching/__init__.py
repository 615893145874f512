"""What the engine does next, and what it does not take on. Pure: time is an argument."""

from synth.batching.batcher import Batcher, Limits
from synth.batching.job import Job

__all__ = ["Batcher", "Job", "Limits"]
