"""What a job's end brings with it, whoever ends it."""

from gateway.accounts.usage import Ledger
from gateway.jobs.ending import Announce, both
from gateway.news import announce
from gateway.server.ground import Ground
from gateway.settling import Settling


def at_the_end(ground: Ground) -> Announce:
    """What was paid for nothing is given back, and the owner's webhook is told: in the transaction of the end."""
    return both(Settling(Ledger(ground.writing)), announce)
