"""Access codes of shares: what requests ask, and how answers read, a spreadsheet's among them."""

import csv
import io

from gateway.core.shelf import facts, share_orders
from gateway.dialects.shape import Media, Shape
from gateway.dialects.shelf import Action, Asking, Said
from gateway.dialects.shelf.bodies import (
    AccessCodeEdit,
    AccessCodesBody,
    kept,
    kept_moment,
    seconds_of,
)
from gateway.dialects.shelf.replies import (
    AccessCodesTold,
    AccessCodeTold,
    moment,
    perhaps,
)

CSV = Media(("text/csv",))
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the beginning of one
COLUMNS = ("code", "label", "uses", "max_uses", "expires_at", "revoked_at")


def _codes_made(asking: Asking) -> share_orders.MakeAccessCodes:
    body: AccessCodesBody = asking.body
    until = seconds_of(body.expires_at)
    return share_orders.MakeAccessCodes(
        asking.path["code"], body.count, body.label_prefix, body.max_uses, until, asking.key
    )


def _code_edited(asking: Asking) -> share_orders.EditAccessCode:
    body: AccessCodeEdit = asking.body
    until = kept_moment(body.expires_at)
    return share_orders.EditAccessCode(
        asking.path["code"], asking.path["id"], kept(body.label), kept(body.max_uses), until
    )


def _code(code: facts.AccessCode) -> AccessCodeTold:
    return AccessCodeTold(
        code.id,
        code.code,
        code.label,
        code.uses,
        code.max_uses,
        moment(code.created_at),
        perhaps(code.expires_at),
        perhaps(code.revoked_at),
    )


def _codes(codes: facts.AccessCodes) -> AccessCodesTold:
    return AccessCodesTold(tuple(_code(code) for code in codes.codes))


def _exported(codes: facts.AccessCodes, _asking: Asking) -> Said:
    headers = {"Content-Disposition": 'attachment; filename="access-codes.csv"'}
    return Said(_as_csv(codes).encode(), content_type="text/csv", headers=headers)


def _as_csv(codes: facts.AccessCodes) -> str:
    """A label that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for code in codes.codes:
        label = f"'{code.label}" if code.label.startswith(FORMULA) else code.label
        until = perhaps(code.expires_at), perhaps(code.revoked_at)
        writer.writerow((code.code, label, code.uses, code.max_uses, *until))
    return out.getvalue()


MAKE_CODES = Action(
    _codes_made,
    lambda codes, _: Said(_codes(codes), 201),
    Shape(
        "Access codes for a share",
        AccessCodesBody,
        replies={201: AccessCodesTold},
        example={"count": 5, "label_prefix": "event"},
        optional=True,
        headers=("Idempotency-Key",),
    ),
)
LIST_CODES = Action(
    lambda asking: share_orders.ListAccessCodes(asking.path["code"]),
    lambda codes, _: Said(_codes(codes)),
    Shape("All access codes of a share", replies={200: AccessCodesTold}),
)
EXPORT = Action(LIST_CODES.parse, _exported, Shape("Access codes, for a spreadsheet", replies={200: CSV}))
EDIT_CODE = Action(
    _code_edited,
    lambda code, _: Said(_code(code)),
    Shape("Change an access code", AccessCodeEdit, replies={200: AccessCodeTold}, example={"label": "Ann"}),
)
REVOKE_CODE = Action(
    lambda asking: share_orders.RevokeAccessCode(asking.path["code"], asking.path["id"]),
    lambda code, _: Said(_code(code)),
    Shape("End an access code", replies={200: AccessCodeTold}),
)
