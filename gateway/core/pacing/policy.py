"""How early text is spoken and how long segments grow, as data. Lengths are weights: characters of prose."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """clauses: a listener who has nothing to hear, or soon will have nothing, may be given a clause.

    grow: how far sentences are joined while the listener has plenty to hear.
    """

    clauses: bool = True
    grow: int = 100


BALANCED = Policy()
