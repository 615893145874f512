"""What stands in a route's path, query and headers."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from gateway.dialects.shape import Shape
from gateway.openapi.schemas import Schemas

PLACE = re.compile(r"\{(\w+)(?::[^}]*)?\}")  # aiohttp's
LONGEST_HEADER = 255
HEADERS: Mapping[str, str] = MappingProxyType(
    {"Idempotency-Key": "The same key with the same request gives the same job, whatever was lost on the way."}
)


def path_of(path: str) -> str:
    """As OpenAPI writes it: without the pattern."""
    return PLACE.sub(r"{\1}", path)


def parameters(path: str, shapes: tuple[Shape, ...], schemas: Schemas) -> list[dict[str, Any]]:
    found = [*_in_path(path), *(each for shape in shapes for each in (*_in_query(shape, schemas), *_in_headers(shape)))]
    return list({(each["in"], each["name"]): each for each in reversed(found)}.values())[::-1]


def _in_path(path: str) -> Iterator[dict[str, Any]]:
    for name in PLACE.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(shape: Shape, schemas: Schemas) -> Iterator[dict[str, Any]]:
    if shape.query is None:
        return
    described = schemas.fields(shape.query)
    for name, schema in described["properties"].items():
        written = _as_written(schema)
        yield {"name": name, "in": "query", "required": name in described["required"], "schema": written}


def _as_written(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """In a URL a moment may be seconds since 1970 as well."""
    choices = [*schema.get("anyOf", [schema])]
    if any(each.get("format") == "date-time" for each in choices):
        others = {name: value for name, value in schema.items() if name == "default"}
        return {"anyOf": [*choices, {"type": "number"}], **others}
    return schema


def _in_headers(shape: Shape) -> Iterator[dict[str, Any]]:
    for name in shape.headers:
        schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_HEADER}
        yield {"name": name, "in": "header", "required": False, "description": HEADERS[name], "schema": schema}
