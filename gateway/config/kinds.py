"""Kinds of values that settings have, and how each is written in the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field


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


Port = Annotated[int, Field(ge=0, le=65_535)]  # 0: any free one
Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Keeping = Annotated[float, Field(ge=0, allow_inf_nan=False)]  # seconds; 0: for ever
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
Origin = Annotated[str, AfterValidator(_origin)]
Prices = Annotated[dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]], BeforeValidator(_pairs)]
HomePath = Annotated[Path, AfterValidator(Path.expanduser)]
