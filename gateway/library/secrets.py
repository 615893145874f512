"""What opens a share: its code, which nobody guesses, access codes, which people type, tickets, which browsers keep.

Codes are looked up by their hash, and what is found is compared in constant time, so that time tells nothing.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

SHARE_BYTES = 16  # 128 bits
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is mistaken for another
GROUP, GROUPS = 5, 2  # AB2DE-FGH3J: 49 bits, which with 20 wrong ones a minute are not guessed either
TYPED = re.compile(r"[\s-]+")
MAX_TYPED = 64  # characters
TICKET_LIFE = 12 * 3600.0  # seconds for which a browser need not ask for the code again


def new_share_code() -> str:
    return secrets.token_urlsafe(SHARE_BYTES)


def new_access_code() -> str:
    letters = [secrets.choice(LETTERS) for _ in range(GROUP * GROUPS)]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, GROUP * GROUPS, GROUP))


def digest_of(typed: str) -> str:
    """Of an access code as somebody types it: small letters, spaces and missing dashes do not matter."""
    plain = TYPED.sub("", typed[:MAX_TYPED]).upper()
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


@dataclass(frozen=True, slots=True)
class Tickets:
    """secret: the same for every process."""

    secret: bytes = field(repr=False)

    def sign(self, share: str, access_code_id: str, expires_at: float) -> str:
        """Says that somebody knew the access code, for this share alone."""
        told = f"{access_code_id}.{int(expires_at)}"
        return f"{told}.{self._signature(share, told)}"

    def check(self, share: str, ticket: str, now: float) -> str | None:
        """The access code's id; None: it is no ticket of ours, or too old."""
        told, _, signature = ticket.rpartition(".")
        if not same(self._signature(share, told), signature):
            return None
        access_code_id, _, expires_at = told.rpartition(".")
        return access_code_id if float(expires_at) > now else None

    def _signature(self, share: str, told: str) -> str:
        return hmac.new(self.secret, f"{share}\n{told}".encode(errors="replace"), hashlib.sha256).hexdigest()
