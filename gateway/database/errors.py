"""How a database says that it cannot answer now: restarted, unreachable, full. A mistake of ours is none of these, and
neither is a value that no row can have.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.errors import InvalidSetting, SpeechError

UNANSWERED = (DBAPIError, PoolTimeout, OSError)
OURS = (IntegrityError, ProgrammingError)
NONSENSE = (OverflowError, UnicodeEncodeError)  # of sqlite3, which SQLAlchemy lets pass
DATA = "22"  # how PostgreSQL's codes for a wrong value begin: a NUL, half of a character, a number out of range


def is_outage(error: BaseException) -> bool:
    """Whether to ask again later."""
    return isinstance(error, UNANSWERED) and not isinstance(error, OURS) and not is_nonsense(error)


def is_nonsense(error: BaseException) -> bool:
    """Whether a value is one that no database takes."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError) or str(getattr(error.orig, "sqlstate", "")).startswith(DATA)
    return isinstance(error, NONSENSE)


@contextmanager
def asked(unanswered: Callable[[], SpeechError]) -> Iterator[None]:
    """Around what a client wants to know. Raises InvalidSetting when a value of the client's is one that cannot be
    looked up, and what `unanswered` makes while the database does not answer.
    """
    try:
        yield
    except (*UNANSWERED, *NONSENSE) as error:
        if is_nonsense(error):
            raise InvalidSetting("a name or a number in the request is none that anything here can have") from error
        if not is_outage(error):
            raise
        raise unanswered() from error
