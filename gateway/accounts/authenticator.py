"""Who is calling? Transports hand over what they found; here it is judged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.keys import KeyRecord, KeyStore
from gateway.accounts.tokens import TokenStore
from gateway.database.errors import UNANSWERED
from gateway.errors import KeysUnavailable, Unauthenticated

SCHEMES = ("bearer", "token")  # Deepgram's clients say "Token KEY"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a transport found; empty where there was nothing. The first that is there counts, from top to bottom."""

    address: str  # the client's, without its port
    authorization: str = ""  # the whole value of the header: scheme and key
    xi_api_key: str = ""  # ElevenLabs, as a header or in the first message
    x_api_key: str = ""  # Cartesia
    token: str = ""  # query: a single-use token of ours

    @property
    def api_key(self) -> str:
        """Empty when none was given. Unauthenticated: an authorization of a kind that we do not have."""
        if not self.authorization:
            return self.xi_api_key or self.x_api_key
        scheme, _, key = self.authorization.strip().partition(" ")
        if scheme.lower() not in SCHEMES or not key.strip():
            raise Unauthenticated("authorization must be 'Bearer KEY' or 'Token KEY'")
        return key.strip()


@dataclass(frozen=True, slots=True)
class Identity:
    key_id: str | None
    name: str


ANONYMOUS = Identity(None, "anonymous")


class Authenticator:
    def __init__(self, keys: KeyStore, tokens: TokenStore, attempts: WrongAttempts) -> None:
        self._keys = keys
        self._tokens = tokens
        self._attempts = attempts

    async def authenticate(self, credentials: Credentials) -> Identity:
        """Unauthenticated without a right key or token; TooManyAttempts after too many wrong ones from one address.

        As long as no key was ever made everybody is anonymous. A right key is never refused because of a neighbour's
        wrong ones: many clients can share an address, and 256 bits are not guessed.
        """
        with _answering():
            if not await self._keys.any_keys():
                return ANONYMOUS
            if not (credentials.api_key or credentials.token):
                raise Unauthenticated("an API key is needed: authorization: Bearer KEY")
            record = await self._judge(credentials)
            return Identity(record.id, record.name)

    async def is_active(self, identity: Identity) -> bool:
        """Whether a connection that was let in may stay. Costs nothing to ask every few seconds."""
        with _answering():
            return identity.key_id is None or await self._keys.is_active(identity.key_id)

    async def _judge(self, credentials: Credentials) -> KeyRecord:
        try:
            if credentials.api_key:
                return await self._keys.verify(credentials.api_key)
            return await self._tokens.redeem(credentials.token)
        except Unauthenticated:
            self._attempts.add(credentials.address)
            raise


@contextmanager
def _answering() -> Iterator[None]:
    """A database that is restarted is no reason to end what is being spoken, and none to let anybody in."""
    try:
        yield
    except (SQLAlchemyError, *UNANSWERED) as error:
        raise KeysUnavailable("the keys cannot be looked up at the moment; try again") from error
