"""Shares: what requests ask, and how answers read."""

from gateway.core.shelf import facts, share_orders
from gateway.dialects.shape import Shape
from gateway.dialects.shelf import Action, Asking, Said
from gateway.dialects.shelf.bodies import (
    CodesBody,
    PageQuery,
    ShareBody,
    ShareEdit,
    kept,
    kept_moment,
    seconds_of,
)
from gateway.dialects.shelf.replies import (
    RevokedTold,
    SharesTold,
    ShareTold,
    TrackTold,
    moment,
    perhaps,
)


def _made(asking: Asking) -> share_orders.MakeShare:
    body: ShareBody = asking.body
    ids = ((body.job_id,) if body.job_id else ()) + body.job_ids
    return share_orders.MakeShare(ids, body.title, seconds_of(body.expires_at), body.protected)


def _edited(asking: Asking) -> share_orders.EditShare:
    body: ShareEdit = asking.body
    until = kept_moment(body.expires_at)
    return share_orders.EditShare(
        asking.path["code"], kept(body.title), until, kept(body.protected), kept(body.job_ids)
    )


def _track(track: facts.Track) -> TrackTold:
    return TrackTold(track.job_id, track.title, round(track.audio.seconds, 3) if track.audio else None)


def _share(share: facts.Share, asking: Asking) -> ShareTold:
    return ShareTold(
        share.code,
        f"{asking.origin}{facts.path_of(share.code)}",
        share.state,
        share.title,
        share.protected,
        share.plays,
        tuple(_track(track) for track in share.tracks),
        moment(share.created_at),
        perhaps(share.expires_at),
        perhaps(share.revoked_at),
    )


def _shares(page: facts.Shares, asking: Asking) -> Said:
    return Said(SharesTold(tuple(_share(share, asking) for share in page.shares), page.next or None))


def _revoked(done: facts.Done, _asking: Asking) -> Said:
    return Said(RevokedTold(done.done, done.not_found))


MAKE = Action(
    _made,
    lambda share, asking: Said(_share(share, asking), 201),
    Shape("A link to audio, for whoever has it", ShareBody, replies={201: ShareTold}, example={"job_ids": ["JOB_1"]}),
)
LIST = Action(
    lambda asking: share_orders.ListShares(asking.query.limit, asking.query.after),
    _shares,
    Shape("Shares, the newest first", query=PageQuery, replies={200: SharesTold}),
)
FIND = Action(
    lambda asking: share_orders.FindShare(asking.path["code"]),
    lambda share, asking: Said(_share(share, asking)),
    Shape("A share", replies={200: ShareTold}),
)
EDIT = Action(
    _edited,
    lambda share, asking: Said(_share(share, asking)),
    Shape("Change a share", ShareEdit, replies={200: ShareTold}, example={"title": "For Ann"}),
)
REVOKE = Action(
    lambda asking: share_orders.RevokeShares((asking.path["code"],)),
    _revoked,
    Shape("End a share", replies={200: RevokedTold}),
)
REVOKE_ALL = Action(
    lambda asking: share_orders.RevokeShares(asking.body.codes),
    _revoked,
    Shape("End shares", CodesBody, replies={200: RevokedTold}, example={"codes": ["CODE"]}),
)
