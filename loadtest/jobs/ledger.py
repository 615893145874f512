"""What clients were promised and what they have seen of it. Pure; whatever contradicts itself is a fault."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

ENDS = ("completed", "failed", "cancelled")
EXAMPLES = 5


@dataclass(slots=True)
class Ledger:
    """promised: job ids by idempotency key; ends: of each id, as it was first seen."""

    promised: dict[str, str] = field(default_factory=dict)
    ends: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    attempts: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def accept(self, key: str, job_id: str) -> None:
        """A 202. The same key is the same job, in whatever life of the server."""
        before = self.promised.setdefault(key, job_id)
        if before != job_id:
            self.note("two jobs for one key", f"{key}: {before}, {job_id}")

    def see(self, job: Mapping[str, Any]) -> None:
        """A job in a list. What has ended never changes."""
        job_id = job["id"]
        if job["state"] not in ENDS:
            if job_id in self.ends:
                self.note("not ended any more", f"{job_id}: {job['state']} after {self.ends[job_id]}")
            return
        end = (job["state"], job["finished_at"], job["attempts"], repr(job["audio"]), repr(job["error"]))
        if job_id not in self.ends:
            self.ends[job_id] = end
            self.attempts[job["attempts"]] += 1
        elif self.ends[job_id] != end:
            self.note("ended twice", f"{job_id}: {self.ends[job_id]}, then {end}")

    @property
    def waiting(self) -> int:
        """Jobs that were promised and have not been seen to end."""
        return len(set(self.promised.values()) - self.ends.keys())

    def close(self, listed: set[str], files: set[str], may_end: Callable[[str], Collection[str]]) -> None:
        """At the end. listed: every job that the server knows; files: that should not be there; may_end: the states in
        which the job of a key may end.
        """
        for key, job_id in self.promised.items():
            state = self.ends[job_id][0] if job_id in self.ends else "no end"
            if job_id not in listed:
                self.note("lost", job_id)
            elif state not in may_end(key):
                self.note(state, f"{job_id}: {self.ends.get(job_id)}")
        for job_id in listed - set(self.promised.values()):
            self.note("nobody's", job_id)
        for file in files:
            self.note("left in the store", file)

    def hear(self, told: Mapping[str, tuple[str, str]]) -> None:
        """told: the jobs that webhooks spoke of. Of every end but a cancel, and of nothing else."""
        ended = {job_id for job_id, end in self.ends.items() if end[0] != "cancelled"}
        for job_id in ended - told.keys():
            self.note("not told", job_id)
        for job_id in told.keys() - ended:
            self.note("told of what is not", f"{job_id}: {told[job_id]}")

    def note(self, fault: str, story: str) -> None:
        self.faults[fault] += 1
        examples = self.examples.setdefault(fault, [])
        if len(examples) < EXAMPLES:
            examples.append(story)
