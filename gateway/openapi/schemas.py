"""The types of bodies, replies and queries as JSON schemas, by msgspec."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

PLACE = "#/components/schemas/"
OURS = ("gateway.dialects.", "gateway.transports.", "gateway.")  # in names of which there are several


class Schemas:
    """Of these types. all: by name."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        kinds = list(dict.fromkeys(kinds))
        schemas, every = msgspec.json.schema_components(kinds, ref_template=PLACE + "{name}")
        self.all: Mapping[str, Any] = {_short(name): _shortened(schema) for name, schema in every.items()}
        self._of = dict(zip(kinds, map(_shortened, schemas), strict=True))

    def of(self, kind: Any) -> Any:
        return self._of[kind]

    def fields(self, kind: Any) -> Mapping[str, Any]:
        """A struct's own schema, not the name of it."""
        found: Mapping[str, Any] = self.all[self._of[kind]["$ref"].removeprefix(PLACE)]
        return found


def _short(name: str) -> str:
    prefix = next(filter(name.startswith, OURS), "")
    return name.removeprefix(prefix)


def _shortened(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: PLACE + _short(value.removeprefix(PLACE)) if key == "$ref" else _shortened(value)
            for key, value in schema.items()
        }
    return [_shortened(each) for each in schema] if isinstance(schema, list) else schema
