"""What a client may call a voice: one of ours, or a mix of some. Pure.

    mix    = term *("+" term)
    term   = name ["(" weight ")"]
    name   = letters, digits, "_", "-" and "."; a file's name without its ".pt"
    weight = a number above 0 without sign or exponent: 2, 0.5; without one it is 1

The mix is the average of its voices by their weights, so "af_bella+af_sky" is half of each, "af_bella(2)+af_sky(1)"
two thirds of af_bella, and "af_bella(3)" is af_bella. A name that comes twice has both weights. The language is the
first one's.
"""

import re
from collections.abc import Mapping

MOST = 8  # voices in a mix; each is a file that is read

TERM = re.compile(r"([\w.-]+)(?:\((\d{1,4}(?:\.\d{1,4})?)\))?")


def read_mix(name: str) -> Mapping[str, float] | None:
    """The share of each voice, in the order in which they are named; they add up to 1. None: this is no mix."""
    weights: dict[str, float] = {}
    for term in name.split("+"):
        match = TERM.fullmatch(term)
        weight = float(match[2] or 1) if match else 0.0
        if match is None or not weight or len(weights) == MOST:
            return None
        weights[match[1]] = weights.get(match[1], 0.0) + weight
    total = sum(weights.values())
    return {voice: weight / total for voice, weight in weights.items()}
