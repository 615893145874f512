"""How a database says that it cannot answer now: restarted, unreachable, full. A mistake of ours is none of these."""

import asyncpg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# What asyncpg says while it connects passes SQLAlchemy by.
UNANSWERED = (DBAPIError, PoolTimeout, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
OURS = (DataError, IntegrityError, ProgrammingError)


def is_outage(error: BaseException) -> bool:
    """Whether to ask again later."""
    return isinstance(error, UNANSWERED) and not isinstance(error, OURS)
