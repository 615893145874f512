"""What is logged of the HTTP port: our own bugs. A request that is no HTTP is answered with 400, and anybody can send
as many as they like.
"""

import logging

from aiohttp.http_exceptions import HttpProcessingError


def http_log() -> logging.Logger:
    """For aiohttp, which would log what it refuses with a traceback."""
    log = logging.getLogger("gateway.http")
    log.addFilter(_is_ours)
    return log


def _is_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
