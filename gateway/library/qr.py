"""A link as a QR code, to be printed beside what it leads to."""

import io

import segno

from gateway.core.shelf.facts import Drawing
from gateway.core.shelf.share_orders import DrawQr
from gateway.errors import InvalidSetting

CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MAX_SCALE = 40  # pixels of a dot; at the largest code that a link needs that is an image of 2,000 by 2,000
MAX_LINK = 400  # characters; a longer host name is none


def draw(link: str, wanted: DrawQr) -> Drawing:
    if wanted.format not in CONTENT_TYPES:
        raise InvalidSetting(f"format is one of: {', '.join(CONTENT_TYPES)}")
    if not 1 <= wanted.scale <= MAX_SCALE:
        raise InvalidSetting(f"scale is from 1 to {MAX_SCALE}")
    if len(link) > MAX_LINK:
        raise InvalidSetting("the link is too long for a QR code")
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind=wanted.format, scale=wanted.scale)
    return Drawing(wanted.format, CONTENT_TYPES[wanted.format], out.getvalue())
