"""The body of a request: no larger than this server takes, and in time, however it is packed."""

import asyncio
import zlib
from collections.abc import Iterator

from aiohttp import hdrs, web

from gateway.errors import InvalidMessage, MessageTooLarge

BODY_TIME = 10.0  # seconds for a client to send it
EITHER_HEADER = 47  # zlib's: a window of 32 KiB, gzip's header or its own
PIECE = 65_536  # bytes that are inflated in one go
MEMBERS = 1000  # that follow each other in one body; bgzip's hold 64 KiB each


async def body_of(request: web.Request) -> str:
    """Raises InvalidMessage, MessageTooLarge; the latter at once when that is announced."""
    if (request.content_length or 0) > request.client_max_size:
        raise MessageTooLarge("the body is larger than this server takes")
    try:
        async with asyncio.timeout(BODY_TIME):
            body = await request.read()
            if hdrs.CONTENT_ENCODING in request.headers:  # zlib lets others go on meanwhile
                body = await asyncio.to_thread(_unpacked, body, request)
            return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidMessage("the body is not UTF-8") from error
    except web.HTTPRequestEntityTooLarge as error:
        raise MessageTooLarge("the body is larger than this server takes") from error
    except TimeoutError as error:
        raise InvalidMessage(f"the body did not come within {BODY_TIME:g} s") from error


def _unpacked(body: bytes, request: web.Request) -> bytes:
    """A compressed body, which may hold a thousand times what came: no more of it than one that is not.

    It is measured before any of it is kept: a body that is too large would have to be made up to the bound to be known
    for one, and twice that while its pieces are joined (measured: 64 MiB of zeros, 12 MB).
    """
    encoding = request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower()
    if encoding == "identity":
        return body
    if encoding not in ("gzip", "deflate"):
        raise InvalidMessage("the body is compressed in a way that is not read here")
    try:
        size = 0
        for piece in _pieces(body):
            size += len(piece)
            if size > request.client_max_size:
                raise MessageTooLarge("the body is larger than this server takes")
        return b"".join(_pieces(body))
    except (zlib.error, EOFError) as error:
        raise InvalidMessage(f"the body is no {encoding}") from error


def _pieces(body: bytes) -> Iterator[bytes]:
    """What it inflates to, all members of it (RFC 1952 section 2.2). What came is fed in pieces, too: zlib copies what
    it was given and has not used.

    Raises zlib.error; EOFError when it ends too soon; InvalidMessage when it has too many members, each of which costs
    time however small it is.
    """
    inflating, members = zlib.decompressobj(EITHER_HEADER), 1
    for start in range(0, len(body), PIECE):
        left = body[start : start + PIECE]
        while left:
            if inflating.eof:
                inflating, members = zlib.decompressobj(EITHER_HEADER), members + 1
            if members > MEMBERS:
                raise InvalidMessage(f"the body is compressed in more than {MEMBERS} members")
            yield inflating.decompress(left, PIECE)
            left = inflating.unconsumed_tail or inflating.unused_data
    yield inflating.flush()
    if not inflating.eof:
        raise EOFError
