"""What a tool is: a name, what a model is told of it, the right that it takes, its arguments, and what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.accounts.plans import Scope
from gateway.errors import InvalidMessage
from gateway.mcp.caller import Caller


@dataclass(frozen=True, slots=True)
class Answer:
    """said: for JSON, an object. audio: heard beside it; media_type: of the audio."""

    said: Any
    audio: bytes = b""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """arguments: a msgspec Struct; call: with one of them. changes: something of the owner's; destroys: for good."""

    name: str
    description: str
    scope: Scope
    arguments: type[msgspec.Struct]
    call: Callable[[Caller, Any], Awaitable[Answer]]
    changes: bool = False
    destroys: bool = False

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments: an object, as the protocol wants it."""
        _, named = msgspec.json.schema_components([self.arguments])
        schema = named[self.arguments.__name__]
        return {name: value for name, value in schema.items() if name not in ("title", "description")}

    def read(self, arguments: Any) -> msgspec.Struct:
        """Raises InvalidMessage with the argument that is wrong."""
        try:
            return msgspec.convert(arguments, self.arguments)
        except (msgspec.ValidationError, RecursionError) as error:
            raise InvalidMessage(f"{self.name}: {str(error)[:200]}") from error
