"""`/voices/{voice_id}/sample-url`: where a voice can be heard. 202 while that is being made.

Facts: what the vendor's own pages ask for.
"""

from typing import Literal

import msgspec

from gateway.dialects.aitts.envelope import moment
from gateway.dialects.aitts.replies import success
from gateway.dialects.desk.views import Told
from gateway.dialects.surface import Request

ACCEPTED = 202


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """url, expires_at: when it is ready."""

    voice_id: str
    status: Literal["ready", "generating"]
    url: str = ""
    expires_at: str = ""


def tell_sample(voice: str, url: str, until: float) -> Told:
    if not url:
        return Told(success(Sample(voice, "generating")), ACCEPTED, {"Retry-After": "2"})
    return Told(success(Sample(voice, "ready", url, moment(until))))


def voice_of(request: Request) -> str:
    return request.path["voice_id"]
