"""What is done with a share's link: it is drawn, and kept as a bookmark."""

from base64 import b64encode

from gateway.core.shelf import facts, share_orders
from gateway.dialects.shape import Media, Shape
from gateway.dialects.shelf import Action, Asking, Said
from gateway.dialects.shelf.bodies import (
    BookmarkBody,
    PlaceBody,
    QrQuery,
    kept,
)
from gateway.dialects.shelf.replies import (
    BookmarksTold,
    BookmarkTold,
    DeletedTold,
    QrTold,
    moment,
)

IMAGE = Media(("image/png", "image/svg+xml"))


def _drawn(asking: Asking) -> share_orders.DrawQr:
    """Asked in the query or in the body."""
    wanted: QrQuery = asking.body if asking.body is not None else asking.query
    return share_orders.DrawQr(asking.path["code"], asking.origin, wanted.format, wanted.scale)


def _data_uri(drawing: facts.Drawing, _asking: Asking) -> Said:
    return Said(QrTold(f"data:{drawing.content_type};base64,{b64encode(drawing.image).decode()}", drawing.format))


def _bookmarked(asking: Asking) -> share_orders.KeepBookmark:
    body: BookmarkBody = asking.body
    return share_orders.KeepBookmark(body.code, kept(body.track), kept(body.seconds))


def _placed(asking: Asking) -> share_orders.KeepBookmark:
    body: PlaceBody = asking.body
    return share_orders.KeepBookmark(asking.path["code"], kept(body.track), kept(body.seconds))


def _bookmark(bookmark: facts.Bookmark, asking: Asking) -> BookmarkTold:
    return BookmarkTold(
        bookmark.code,
        f"{asking.origin}{facts.path_of(bookmark.code)}",
        bookmark.title,
        bookmark.track,
        bookmark.seconds,
        bookmark.live,
        moment(bookmark.created_at),
        moment(bookmark.updated_at),
    )


def _bookmarks(found: facts.Bookmarks, asking: Asking) -> Said:
    return Said(BookmarksTold(tuple(_bookmark(each, asking) for each in found.bookmarks)))


QR = Action(
    _drawn,
    lambda drawing, _: Said(drawing.image, content_type=drawing.content_type),
    Shape("A share's link as a QR code", query=QrQuery, replies={200: IMAGE}),
)
QR_DATA = Action(
    _drawn,
    _data_uri,
    Shape("A share's link as a QR code", QrQuery, replies={200: QrTold}, example={"format": "png"}, optional=True),
)
BOOKMARK = Action(
    _bookmarked,
    lambda kept, asking: Said(_bookmark(kept, asking), 201),
    Shape("Keep a share, and the place in it", BookmarkBody, replies={201: BookmarkTold}, example={"code": "CODE"}),
)
PLACE = Action(
    _placed,
    lambda kept, asking: Said(_bookmark(kept, asking)),
    Shape(
        "Where somebody has got to",
        PlaceBody,
        replies={200: BookmarkTold},
        example={"track": 1, "seconds": 12.5},
        optional=True,
    ),
)
BOOKMARKS = Action(
    lambda _: share_orders.ListBookmarks(), _bookmarks, Shape("All bookmarks", replies={200: BookmarksTold})
)
DROP_BOOKMARK = Action(
    lambda asking: share_orders.DropBookmark(asking.path["code"]),
    lambda done, _: Said(DeletedTold(done.done, done.not_found)),
    Shape("Take a bookmark away", replies={200: DeletedTold}),
)
