"""Kinds of values that settings have, and how each is written in the environment."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

SITE = re.compile(r"https?://(\*\.)?[A-Za-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?")


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def _pairs(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: str(setting) for name, setting in value.items()}
    words = _words(value)
    if not isinstance(words, list) or not all("=" in word.strip("=") for word in map(str, words)):
        raise ValueError("expected name=value,name=value")
    return dict(word.split("=", 1) for word in words)


def _origin(value: str) -> str:
    """Raises ValueError."""
    parts = urlsplit(value.rstrip("/"))
    named = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    if value and (not named or parts.path or parts.query):
        raise ValueError("expected https://host or https://host:port")
    return value.rstrip("/")


def _site(value: str) -> str:
    if value != "*" and not SITE.fullmatch(value):
        raise ValueError("an origin is like https://app.example.com or https://*.example.com, or * for all")
    return value


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError("a proxy is an address or a network, like 10.0.0.0/8") from None


Port = Annotated[int, Field(ge=0, le=65_535)]  # 0: any free one
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Keeping = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # seconds; 0: for ever
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
Origin = Annotated[str, AfterValidator(_origin)]
Prices = Annotated[dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]], BeforeValidator(_pairs)]
Sites = Annotated[tuple[Annotated[str, AfterValidator(_site)], ...], BeforeValidator(_words)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], BeforeValidator(_words)]
HomePath = Annotated[Path, AfterValidator(Path.expanduser)]
