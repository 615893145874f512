"""Who is calling? Transports hand over what they found; here it is judged."""

from dataclasses import dataclass

from gateway.accounts.attempts import WrongAttempts
from gateway.accounts.keys import KeyRecord, KeyStore
from gateway.accounts.plans import UNLIMITED, Scope
from gateway.accounts.strangers import Strangers
from gateway.accounts.tokens import TOKEN_PREFIX, TokenStore
from gateway.database.errors import asked
from gateway.errors import KeysUnavailable, Unauthenticated

# What a token is for, whatever its key may do: to speak and to listen. It stands in URLs, which get around.
OF_TOKENS = frozenset({Scope.GENERATE, Scope.STATUS, Scope.VOICES})
SCHEMES = ("bearer", "token")  # Deepgram's clients say "Token KEY"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a transport found; empty where there was nothing. An authorization counts before a key. path: what is asked
    for, where protocols have paths.
    """

    address: str  # the client's, without its port
    authorization: str = ""  # the whole value of the header: scheme and key
    key: str = ""  # from wherever a vendor's clients put it
    path: str = ""

    @property
    def secret(self) -> str:
        """A key or a token; empty: none was given. Unauthenticated: an authorization of a kind that we do not have."""
        if not self.authorization:
            return self.key
        scheme, _, key = self.authorization.strip().partition(" ")
        if scheme.lower() not in SCHEMES or not key.strip():
            raise Unauthenticated("authorization must be 'Bearer KEY' or 'Token KEY'")
        return key.strip()


@dataclass(frozen=True, slots=True)
class Identity:
    """scopes: empty for all. stranger: the bucket in which an address is counted that came without a key."""

    key_id: str | None
    name: str
    by_token: bool = False
    plan: str = UNLIMITED
    scopes: tuple[Scope, ...] = ()
    stranger: int = 0

    @property
    def owner(self) -> str:
        """What is counted together: a key; all who come without one."""
        return self.key_id or self.name

    def may(self, scope: Scope) -> bool:
        """What an account has, strangers and tokens may not see: jobs, webhooks, shares."""
        narrow = self.by_token or self.stranger
        return (not self.scopes or scope in self.scopes) and (not narrow or scope in OF_TOKENS)


ANONYMOUS = Identity(None, "anonymous")


class Authenticator:
    def __init__(
        self, keys: KeyStore, tokens: TokenStore, attempts: WrongAttempts, strangers: Strangers | None = None
    ) -> None:
        """strangers: who may come without a key where there are keys; None: nobody."""
        self._strangers = strangers
        self._keys = keys
        self._tokens = tokens
        self._attempts = attempts

    async def authenticate(self, credentials: Credentials) -> Identity:
        """Unauthenticated without a right key or token; TooManyAttempts after too many wrong ones from one address.

        As long as no key was ever made everybody is anonymous. A right key is never refused because of a neighbour's
        wrong ones: many clients can share an address, and 256 bits are not guessed.
        """
        with asked(_unanswered):
            if not await self._keys.any_keys():
                return ANONYMOUS
            secret = credentials.secret
            if not secret and self._strangers is not None:
                bucket = self._strangers.bucket(credentials.address)
                return Identity(None, f"anonymous-{bucket}", plan=self._strangers.plan, stranger=bucket)
            if not secret:
                raise Unauthenticated("an API key is needed: authorization: Bearer KEY")
            record = await self._judge(secret, credentials)
            by_token = secret.startswith(TOKEN_PREFIX)
            return Identity(record.id, record.name, by_token, record.plan, record.scopes)

    async def needs_key(self, credentials: Credentials) -> bool:
        """Whether it has none to show, and one is needed."""
        with asked(_unanswered):
            return not (credentials.authorization or credentials.key) and await self._keys.any_keys()

    async def is_active(self, identity: Identity) -> bool:
        """Whether a connection that was let in may stay. Costs nothing to ask every few seconds."""
        with asked(_unanswered):
            return identity.key_id is None or await self._keys.is_active(identity.key_id)

    async def _judge(self, secret: str, credentials: Credentials) -> KeyRecord:
        try:
            if secret.startswith(TOKEN_PREFIX):
                return await self._tokens.redeem(secret, credentials.path)
            return await self._keys.verify(secret)
        except Unauthenticated:
            self._attempts.add(credentials.address)
            raise


def _unanswered() -> KeysUnavailable:
    """A database that is restarted is no reason to end what is being spoken, and none to let anybody in."""
    return KeysUnavailable("the keys cannot be looked up at the moment; try again")
