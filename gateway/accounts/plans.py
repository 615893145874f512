"""What a key may do and how much of it: plans are data, the operator's own or one of those that hosted APIs have."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from limits import parse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Scope(StrEnum):
    """What a key may be for; AI TTS Microservice's words."""

    GENERATE = "tts:generate"
    STATUS = "tts:status"
    VOICES = "voices:list"
    READ_JOBS = "jobs:read"
    WRITE_JOBS = "jobs:write"
    READ_SHARES = "shares:read"
    WRITE_SHARES = "shares:write"
    READ_LIBRARY = "library:read"
    WRITE_LIBRARY = "library:write"


def _rate(value: object) -> str:
    """`100/15 minutes`, as the limits library reads it; checked here, so that a server does not start with nonsense."""
    text = str(value)
    if text:
        try:
            parse(text)
        except ValueError:
            raise ValueError('a rate is like "100/15 minutes"') from None
    return text


Rate = Annotated[str, BeforeValidator(_rate)]
Most = Annotated[int, Field(ge=0)]  # 0: no bound


class Plan(BaseModel):
    """Empty and 0 mean no bound.

    requests, reads: how often may be asked for speech, and for everything else; reads None: they count as requests.
    concurrent: connections and requests at once, in one gateway process. max_text: characters of one request's text.
    monthly_characters, monthly_minutes: of a calendar month in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: Rate = ""
    reads: Rate | None = None
    concurrent: Most = 0
    max_text: Most = 0
    monthly_characters: Most = 0
    monthly_minutes: Most = 0


UNLIMITED = "unlimited"
# As the hosted APIs publish them.
PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        UNLIMITED: Plan(),
        "aitts-payg": Plan(requests="10/15 minutes"),
        "aitts-pro": Plan(requests="100/15 minutes"),
        "aitts-enterprise": Plan(requests="1000/15 minutes"),
        "ttsai-anonymous": Plan(requests="10/minute", concurrent=2, max_text=500),
        "ttsai-free": Plan(requests="10/minute", concurrent=2, max_text=500),
        "ttsai-starter": Plan(requests="30/minute", concurrent=3, max_text=100_000),
        "ttsai-pro": Plan(requests="60/minute", concurrent=5, max_text=100_000),
        "ttsai-business": Plan(requests="300/minute", concurrent=20, max_text=50_000),
        "ttsbuddy": Plan(requests="1/minute", reads="30/minute", max_text=500_000),
    }
)
