"""Which errors a route can answer with, and how its vendor tells them: asked of the functions that tell them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from gateway.dialects.surface import Refusal
from gateway.errors import (
    EXACT_STATUS,
    Forbidden,
    InvalidLink,
    InvalidMessage,
    InvalidText,
    KeysUnavailable,
    LimitsUnavailable,
    MessageTooLarge,
    NotImplementedHere,
    Overloaded,
    QuotaExceeded,
    RateLimited,
    SpeechError,
    SpeechInterrupted,
    TextTooLong,
    TooManyAtOnce,
    TooManyAttempts,
    TooManyContexts,
    TooSlow,
    Unauthenticated,
    UnknownPath,
    UnsupportedFormat,
    UpgradeNeeded,
    WrongMethod,
)
from gateway.transports.routes import Claimant, Route

OF_KEYS = frozenset(
    {
        Unauthenticated,
        Forbidden,
        TooManyAttempts,
        KeysUnavailable,
        LimitsUnavailable,
        QuotaExceeded,
        RateLimited,
        TooManyAtOnce,
    }
)
OF_BODIES = frozenset({InvalidMessage, MessageTooLarge})
OF_SPEECH = frozenset(
    {InvalidText, UnsupportedFormat, TextTooLong, TooManyContexts, Overloaded, SpeechInterrupted, TooSlow}
)
OF_LINKS = frozenset({InvalidLink})


def refusals(route: Route, claimant: Claimant) -> Mapping[int, list[tuple[SpeechError, Refusal]]]:
    """By status."""
    told: dict[int, list[tuple[SpeechError, Refusal]]] = {}
    for error in _errors(route, claimant):
        refusal = claimant.vendor.refuse(error)
        told.setdefault(EXACT_STATUS.get(type(error), refusal.status), []).append((error, refusal))
    return dict(sorted(told.items()))


def example_of(refusal: Refusal) -> Any:
    return msgspec.to_builtins(refusal.body)


def _errors(route: Route, claimant: Claimant) -> Iterator[SpeechError]:
    left_out: set[type[SpeechError]] = {UnknownPath, WrongMethod}
    if not route.absent:
        left_out |= {NotImplementedHere}
    if not route.socket:
        left_out |= {UpgradeNeeded}
    if claimant.keyless:
        left_out |= OF_KEYS
    else:
        left_out |= OF_LINKS
    if claimant.shape.body is None and not route.socket:
        left_out |= OF_BODIES | OF_SPEECH
    return (kind(kind.reason.replace("_", " ")) for kind in _every() if kind not in left_out)


@cache
def _every() -> tuple[type[SpeechError], ...]:
    return tuple(_below(SpeechError))


def _below(kind: type[SpeechError]) -> Iterable[type[SpeechError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
