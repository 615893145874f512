"""A database that does not answer, told to who asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from gateway.database.errors import UNANSWERED, is_outage
from gateway.errors import JobsUnavailable


@contextmanager
def answering() -> Iterator[None]:
    """Raises JobsUnavailable."""
    try:
        yield
    except UNANSWERED as error:
        if not is_outage(error):
            raise
        raise JobsUnavailable("the library cannot be looked up at the moment; try again") from error
