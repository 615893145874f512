"""How often somebody has asked: windows that slide, in memory or in a Redis that several gateways share."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from limits import parse
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string

from gateway.config import ConfigError
from gateway.errors import LimitsUnavailable, RateLimited

CONNECTIONS = 16  # to a Redis; a thousand requests at once take 0.3 s through them
ANSWERS_WITHIN = 2.0  # seconds
REQUESTS, READS = "requests", "reads"


@dataclass(frozen=True, slots=True)
class Window:
    """resets_at: seconds since 1970, when the first of those counted is forgotten."""

    bucket: str
    limit: int
    remaining: int
    resets_at: float


def open_rates(url: str) -> "Rates":
    """url: memory:// or redis://... With memory each process counts for itself. Raises ConfigError."""
    try:
        return Rates(storage_from_string(f"async+{url}", **_options(url)))
    except (ConfigurationError, ImportError) as error:
        told = str(error).replace(url, f"{urlsplit(url).scheme}://...")  # it may hold a password
        raise ConfigError(f"VOXGATE_RATES_URL: {told}") from None


def _options(url: str) -> dict[str, Any]:
    """Of a Redis: its own client, with a few connections that are waited for. With the library's choice, coredis, some
    of a thousand requests were counted twice, and it took ten times as long (measured).
    """
    if not urlsplit(url).scheme.startswith("redis"):
        return {}
    from redis.asyncio import BlockingConnectionPool  # noqa: PLC0415 - an extra that few need
    from redis.asyncio.retry import Retry  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415

    once = Retry(NoBackoff(), 1)  # a connection that a Redis has closed meanwhile
    timeouts = {"timeout": ANSWERS_WITHIN, "socket_timeout": ANSWERS_WITHIN, "socket_connect_timeout": ANSWERS_WITHIN}
    pool = BlockingConnectionPool.from_url(url, max_connections=CONNECTIONS, retry=once, **timeouts)
    return {"implementation": "redispy", "connection_pool": pool}


class Rates:
    def __init__(self, storage: Any, clock: Callable[[], float] = time.time) -> None:
        """storage: of the limits library, asynchronous."""
        self._storage = storage
        self._windows = MovingWindowRateLimiter(self._storage)
        self._clock = clock

    async def take(self, owner: str, bucket: str, rate: str, counted: Callable[[Window], None]) -> None:
        """Counts one; an empty rate has no bound. Raises RateLimited, LimitsUnavailable.

        counted: hears of the window, also when it is full.
        """
        if not rate:
            return
        limit = parse(rate)
        try:
            allowed = await self._windows.hit(limit, owner, bucket)
            found = await self._windows.get_window_stats(limit, owner, bucket)
        except self._storage.base_exceptions as error:
            raise LimitsUnavailable("the rate limits cannot be looked up at the moment; try again") from error
        window = Window(bucket, limit.amount, max(0, found.remaining), found.reset_time)
        counted(window)
        if not allowed:
            wait = max(1.0, window.resets_at - self._clock())
            raise RateLimited(f"at most {rate}; try again in {math.ceil(wait)} s", retry_in=wait)
