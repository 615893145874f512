"""`/user/enterprise/webhook`: where the owner's events go.

Facts: the vendor's tutorial and webhook guide. The secret is shown once, in hexadecimal; `regenerateSecret` makes a new
one.
"""

import msgspec

from gateway.dialects import decode_json
from gateway.dialects.aitts.envelope import moment
from gateway.dialects.aitts.replies import Success, success
from gateway.dialects.desk.entries import HookDesk
from gateway.dialects.desk.views import Hook, Told
from gateway.dialects.desk.wanted import HookWish


class Wish(msgspec.Struct, frozen=True):
    url: str
    regenerate_secret: bool = msgspec.field(default=False, name="regenerateSecret")


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """secret: only when it is new."""

    url: str | None
    enabled: bool
    created_at: str | None = None
    secret: str | None = None


class Tested(msgspec.Struct, frozen=True):
    test_id: str


WISH = msgspec.json.Decoder(Wish)


def parse(body: str) -> HookWish:
    wish = decode_json(WISH, body)
    return HookWish(wish.url, wish.regenerate_secret)


def tell(hook: Hook | None) -> Told:
    if hook is None:
        return Told(success(Endpoint(None, enabled=False)))
    return Told(
        success(Endpoint(hook.url, enabled=True, created_at=moment(hook.created_at), secret=hook.secret or None))
    )


def tell_test(test_id: str) -> Told:
    return Told(success(Tested(test_id)))


HOOK = HookDesk(parse, tell, tell_test, Wish, Success[Endpoint], Success[Tested])
