"""The description of the API: whole, valid, and of what is served."""

import json

import msgspec
import pytest
from described import whole_app
from openapi_spec_validator import validate

from gateway.dialects.paths import DESKS, SHELVES, SURFACES
from gateway.errors import SpeechError
from gateway.openapi.document import document
from gateway.openapi.parameters import path_of
from gateway.transports.routes import Vendor, served_by

VENDORS = [Vendor.of(each) for each in (*SURFACES, *DESKS, *SHELVES)]


@pytest.fixture(scope="module")
def app():
    return whole_app()


@pytest.fixture(scope="module")
def described(app):
    return json.loads(json.dumps(document(served_by(app), "1")))


def operations(described):
    return [operation for item in described["paths"].values() for operation in item.values()]


@pytest.mark.slow  # a second and a half
def test_it_is_openapi(described):
    validate(described)


def test_every_route_is_described(app, described):
    """HEAD comes with its GET. A path with a slash at its end is the same one."""
    known = {(method.upper(), path) for path, item in described["paths"].items() for method in item}
    twins = {(each.route.method, twin) for each in served_by(app) for twin in each.route.twins}
    served = {(route.method, path_of(_raw(route))) for route in app.router.routes() if route.method != "HEAD"}

    assert served - twins == known


def _raw(route):
    """The path as it was added: aiohttp's own spelling of it has no patterns."""
    return route.resource.canonical


def test_every_route_says_what_it_is_for_and_what_it_answers(described):
    for operation in operations(described):
        name = operation["operationId"]
        assert operation["summary"], name
        assert all(operation["tags"]), name
        replies = [
            described_reply(described, told)
            for status, told in operation["responses"].items()
            if status < "4" or status == "501"
        ]
        assert any(replies), f"{name} does not say what it answers"


def described_reply(described, told):
    """A file, a schema, or a status that says it all."""
    reply = described["components"]["responses"][told["$ref"].rpartition("/")[2]]
    return all(media != {"schema": {}} for media in reply.get("content", {}).values())


def test_every_operation_and_every_schema_has_a_name_of_its_own(described):
    names = [operation["operationId"] for operation in operations(described)]

    assert len(set(names)) == len(names)
    assert not [name for name in described["components"]["schemas"] if name.startswith("gateway.")]


def test_what_needs_no_key_says_so_and_all_else_names_every_place_of_a_key(described):
    open_to_all = {path for path, item in described["paths"].items() if item.get("get", {}).get("security") == []}

    assert {"/livez", "/readyz", "/openapi.json", "/docs", "/v1/speech/results/"} <= open_to_all
    assert "/v1/voices" not in open_to_all
    assert "/api/v1/jobs" not in open_to_all
    assert {"bearer", "header.xi-api-key", "query.token"} <= {name for each in described["security"] for name in each}


def test_a_path_that_one_vendor_keeps_open_and_another_locks_is_either(described):
    """A request without a key gets TTSBuddy's catalogue, one with a key AI TTS Microservice's list."""
    voices = described["paths"]["/api/v1/voices"]["get"]

    assert voices["tags"] == ["TTSBuddy", "AI TTS Microservice"]
    assert voices["security"] == [{}, *described["security"]]
    assert "401" in voices["responses"]  # for a key that is wrong


def test_the_sockets_are_named(described):
    for path in ("/v1/stream", "/v1/text-to-speech/{voice}/stream-input", "/tts/websocket", "/v1/speak", "/v1/tts"):
        assert f"`{path}`" in described["info"]["description"]
        assert "101" in described["paths"][path]["get"]["responses"]


def test_a_path_of_several_vendors_names_them_all(described):
    voices = described["paths"]["/v1/voices"]["get"]
    reply = described["components"]["responses"][voices["responses"]["200"]["$ref"].rpartition("/")[2]]

    assert set(voices["tags"]) >= {"ElevenLabs", "Voxgate"}
    assert len(reply["content"]["application/json"]["schema"]["anyOf"]) == len(voices["tags"])


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_an_error_is_what_its_vendors_schema_says_whatever_it_is(vendor):
    for kind in SpeechError.__subclasses__():
        body = msgspec.to_builtins(vendor.refuse(kind("x")).body)
        told = msgspec.to_builtins(msgspec.convert(body, vendor.error))

        assert told == body, f"{vendor.name} tells {kind.__name__} as {body}"


def test_a_body_that_is_shown_as_an_example_is_one(app):
    for each in served_by(app):
        for shape in each.shapes:
            assert (shape.body is None) or shape.example or shape.optional, each.route.path
            if shape.example:
                msgspec.convert(shape.example, shape.body)
