"""How a language's tag is written where people read it."""


def written(tag: str) -> str:
    """`en-us` -> `en-US`, `zh-hant-tw` -> `zh-Hant-TW`: RFC 5646 section 2.1.1. For machines, case means nothing.

    What follows a singleton (`en-gb-x-rp`) stays small.
    """
    first, *rest = tag.lower().split("-")
    parts = [first]
    for part in rest:
        extended = any(len(before) == 1 for before in parts)
        parts.append(part if extended else _subtag(part))
    return "-".join(parts)


def _subtag(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 else part
