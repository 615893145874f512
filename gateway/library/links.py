"""Signed URLs of our own, for stores that cannot sign: whoever has one may fetch that one object until it expires."""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import quote

from gateway.errors import InvalidLink

ROUTE = "/v1/library/"


@dataclass(frozen=True, slots=True)
class Links:
    """secret: the same for every process that serves the store."""

    secret: bytes = field(repr=False)

    def sign(self, path: str, expires_at: int) -> str:
        """A URL without its host. expires_at: seconds since 1970."""
        return f"{ROUTE}{quote(path)}?expires={expires_at}&signature={self._signature(path, str(expires_at))}"

    def check(self, path: str, expires: str, signature: str, now: float) -> None:
        """InvalidLink unless we signed exactly this and it has not expired."""
        right = hmac.compare_digest(self._signature(path, expires).encode(), signature.encode(errors="replace"))
        if not right or float(expires) < now:
            raise InvalidLink("this link is wrong or has expired; ask for a new one")

    def _signature(self, path: str, expires: str) -> str:
        signed = f"{path}\n{expires}".encode(errors="replace")
        return hmac.new(self.secret, signed, hashlib.sha256).hexdigest()
