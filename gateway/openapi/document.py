"""The whole description, of what is served."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.openapi.parameters import parameters, path_of
from gateway.openapi.responses import JSON, responses, types_of
from gateway.openapi.schemas import Schemas
from gateway.openapi.security import schemes
from gateway.transports.routes import Served

ABOUT = """\
Text in, speech out: the hosted APIs' and our own protocols, each in its vendor's words. A route's errors are told as
its vendor tells them.

WebSockets are listed as `GET` with the status 101; what is said in them is told in docs/protocol.md and
docs/dialects.md: {sockets}.

A server that has no keys asks for none.
"""
KEYS: Sequence[dict[str, Any]] = [{name: []} for name in schemes()]
NO_KEY: dict[str, Any] = {}  # some of those who have the path ask for none
Shared = dict[bytes, tuple[str, Any]]  # a response as JSON: its name, and itself
HEADERS = {
    "x-request-id": {
        "description": "The request's own, for reports of trouble",
        "required": True,
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds", "required": False, "schema": {"type": "string", "pattern": "^[0-9]+$"}},
}


def document(served: Sequence[Served], version: str) -> dict[str, Any]:
    """OpenAPI 3.1, for JSON."""
    schemas = Schemas(kind for each in served for kind in types_of(each))
    shared: Shared = {}
    paths: dict[str, dict[str, Any]] = {}
    for each in served:
        operation = _operation(each, schemas, shared)
        paths.setdefault(path_of(each.route.path), {})[each.route.method.lower()] = operation
    sockets = ", ".join(f"`{path_of(each.route.path)}`" for each in served if each.route.socket)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Voxgate", "version": version, "description": ABOUT.format(sockets=sockets)},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(name for each in served for name in _names(each))],
        "paths": paths,
        "components": {
            "schemas": dict(schemas.all),
            "responses": dict(shared.values()),
            "headers": HEADERS,
            "securitySchemes": schemes(),
        },
        "security": KEYS,
    }


def _operation(served: Served, schemas: Schemas, shared: Shared) -> dict[str, Any]:
    """shared: responses that are written once."""
    route, shapes = served.route, served.shapes
    operation: dict[str, Any] = {
        "operationId": _name(f"{_names(served)[0]} {route.method.lower()} {path_of(route.path)}"),
        "tags": _names(served),
        "summary": "; ".join(dict.fromkeys(shape.summary for shape in shapes)),
        "parameters": parameters(route.path, shapes, schemas),
        "responses": _share(responses(served, schemas), _names(served)[0], shared),
    }
    shape = shapes[0]
    if shape.body is not None:
        media: dict[str, Any] = {"schema": schemas.of(shape.body)}
        if shape.example is not None:
            media["example"] = dict(shape.example)
        needed = bool(schemas.fields(shape.body).get("required")) and not shape.optional
        operation["requestBody"] = {"required": needed, "content": {JSON: media}}
    open_to_all = [each.keyless for each in served.claimants]
    if any(open_to_all):
        operation["security"] = [] if all(open_to_all) else [NO_KEY, *KEYS]
    if route.absent:
        operation["x-not-implemented"] = True
    if route.socket:
        operation["x-websocket"] = True
    return operation


def _names(served: Served) -> list[str]:
    return [each.vendor.name for each in served.claimants]


def _share(found: dict[str, Any], vendor: str, shared: Shared) -> dict[str, Any]:
    """Errors are the same in many places."""
    told = {}
    for status, response in found.items():
        written = msgspec.json.encode(response, order="deterministic")
        if written not in shared:
            shared[written] = (_name(f"{vendor} {status} {len(shared)}"), response)
        told[status] = {"$ref": f"#/components/responses/{shared[written][0]}"}
    return told


def _name(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")
