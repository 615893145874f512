"""Requests that no client of ours would send: the bytes of each, by what is wrong with them."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MEGABYTE = 1 << 20
BOMB = gzip.compress(bytes(64 * MEGABYTE))
TEXT = b'{"text": %s, "input": %s, "transcript": %s, "url": %s, "voice_id": "a", "voice": "a", "message": {"text": %s}}'

# A body whose fields, if a route knows them, hold this JSON value.
VALUES: Mapping[str, bytes] = {
    "JSON 30,000 deep": b"[" * 30_000 + b"]" * 30_000,
    "a number of 20,000 digits": b"9" * 20_000,
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "half a surrogate": b'"\\ud800"',
    "bytes that are not UTF-8": b'"\xff\xfe"',
    "a list for a text": b'["a"]',
    "an object for a text": b'{"a": "b"}',
    "a text without an end": b'"a',
}
BODIES: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"text=hello",
    "null": b"null",
    "a list": b"[1, 2]",
    "a million brackets": b"[" * MEGABYTE,
    "a field named by a megabyte": b'{"' + b"a" * MEGABYTE + b'": 1',
}


# Right JSON, which a route that takes none of these fields may pass over.
READABLE = frozenset({"nothing", "a number of 20,000 digits", "a list for a text", "an object for a text"})


@dataclass(frozen=True, slots=True)
class Bad:
    what: str
    request: bytes


def requests(host: str, method: str, path: str, key: str) -> Iterator[Bad]:
    """path: of a route that takes JSON."""

    def ask(what: str, body: bytes, *headers: str, size: int | None = None) -> Bad:
        length = len(body) if size is None else size
        lines = (
            f"{method} {path} HTTP/1.1",
            f"Host: {host}",
            f"Authorization: Bearer {key}",
            "Content-Type: application/json",
            f"Content-Length: {length}",
            "Connection: close",
            *headers,
        )
        return Bad(what, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    for what, body in BODIES.items():
        yield ask(what, body)
    for what, value in VALUES.items():
        yield ask(what, TEXT.replace(b"%s", value))
    yield ask("a compressed body that grows to 64 MiB", BOMB, "Content-Encoding: gzip")
    yield ask("a gigabyte that is announced", b"{", size=1 << 30)
    yield ask("a length that is none", b"{}", "Content-Length: -1")


def paths(host: str, key: str, path: str) -> Iterator[Bad]:
    """path: of a GET, with `{}` where an id stands."""
    for what, name in (
        ("a path upwards", "../../../../etc/passwd"),
        ("a path upwards, escaped", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
        ("an absolute path", "%2Fetc%2Fpasswd"),
        ("a NUL", "a%00b"),
        ("bytes that are not UTF-8", "%ff%fe"),
        ("4,000 characters", "a" * 4000),
        ("a line break", "a%0d%0aX-Evil:%201"),
    ):
        asked = path.replace("{}", name)
        request = f"GET {asked} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        yield Bad(what, request.encode())
