"""What a route answers: what succeeds, and every error in its vendor's words."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from gateway.dialects.shape import Media, Shape
from gateway.openapi.refusals import example_of, refusals
from gateway.openapi.schemas import Schemas
from gateway.transports.routes import Claimant, Route, Served, Vendor

JSON = "application/json"
SWITCHING = 101
MOVED = range(300, 400)
TEMPORARY = (429, 502, 503)  # those that say when to come again
ID = {"x-request-id": {"$ref": "#/components/headers/x-request-id"}}


def responses(served: Served, schemas: Schemas) -> dict[str, Any]:
    """By status."""
    merged: dict[int, dict[str, Any]] = {}
    for claimant in served.claimants:
        for status, response in (
            *_successes(served.route, claimant.shape, schemas),
            *_failures(served.route, claimant, schemas),
        ):
            merged[status] = _merge(merged[status], response) if status in merged else response
    return {str(status): merged[status] for status in sorted(merged)}


def _successes(route: Route, shape: Shape, schemas: Schemas) -> list[tuple[int, dict[str, Any]]]:
    if route.socket:
        return [(SWITCHING, {"description": "The WebSocket is open"})]
    return [(status, _success(status, reply, schemas)) for status, reply in shape.replies.items()]


def _success(status: int, reply: Any, schemas: Schemas) -> dict[str, Any]:
    headers: dict[str, Any] = dict(ID)
    if status in MOVED:
        headers["Location"] = {"schema": {"type": "string"}, "required": True}
    content = {kind: {} for kind in reply.types} if isinstance(reply, Media) else {JSON: {"schema": schemas.of(reply)}}
    return {"description": HTTPStatus(status).phrase, "headers": headers, **({"content": content} if content else {})}


def _failures(route: Route, claimant: Claimant, schemas: Schemas) -> list[tuple[int, dict[str, Any]]]:
    found = refusals(route, claimant)
    return [(status, _failure(status, told, claimant.vendor, schemas)) for status, told in found.items()]


def _failure(status: int, told: list[Any], vendor: Vendor, schemas: Schemas) -> dict[str, Any]:
    headers: dict[str, Any] = dict(ID)
    if status in TEMPORARY:
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    examples: Mapping[str, Any] = {error.reason: {"value": example_of(refusal)} for error, refusal in told}
    reasons = ", ".join(error.reason for error, _ in told)
    content: dict[str, Any]
    if isinstance(vendor.error, Media):
        content = {kind: {} for kind in vendor.error.types}
    else:
        content = {JSON: {"schema": schemas.of(vendor.error), "examples": examples}}
    return {"description": f"{HTTPStatus(status).phrase}: {reasons}", "headers": headers, "content": content}


def _merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Of two vendors who have a path: either may answer."""
    content = dict(one.get("content", {}))
    for kind, media in other.get("content", {}).items():
        content[kind] = _either(content[kind], media) if kind in content else media
    return {**other, **one, "content": content} if content else {**other, **one}


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    schemas = [*one["schema"].get("anyOf", [one["schema"]]), other["schema"]]
    return {**other, **one, "schema": {"anyOf": schemas}}


def types_of(served: Served) -> list[Any]:
    """Of whatever is JSON in a route's requests and replies."""
    kinds = [each.vendor.error for each in served.claimants if not isinstance(each.vendor.error, Media)]
    for shape in served.shapes:
        kinds += [each for each in (shape.body, shape.query) if each is not None]
        kinds += [reply for reply in shape.replies.values() if not isinstance(reply, Media)]
    return kinds
