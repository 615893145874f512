"""How early text is spoken and how long segments grow, as data: ours by name, and what other protocols say in numbers.

ElevenLabs' chunk_length_schedule [120, 160]      Policy(lengths=(120, 160))
ElevenLabs' auto_mode                             Policy(patience=0)
Cartesia's max_buffer_delay_ms 3000               Policy(max_delay=3)
Cartesia's max_buffer_delay_ms 0                  Policy(max_delay=0)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Policy:
    """clauses: a listener who has nothing to hear, or soon will have nothing, may be given a clause.

    max_delay: seconds after which such a listener is given the words that there are; 0: every text is spoken as it
    comes, since the client cuts it.
    patience: seconds without a word of the client after which a sentence that looks finished is taken to be; None: as
    its rhythm says.
    lengths: characters that the first, second, ... segment of a turn has at least, but for its last; the last number
    is for all that follow.
    grow: characters of prose up to which sentences are joined while the listener has plenty to hear.
    """

    clauses: bool = True
    max_delay: float = math.inf
    patience: float | None = None
    lengths: tuple[int, ...] = (0,)
    grow: int = 100

    def shortest(self, number: int) -> int:
        """Characters that a turn's segment of this number, from 0, has at least."""
        return self.lengths[min(number, len(self.lengths) - 1)]


DEFAULT_LATENCY = "balanced"
# Speech at 20 tokens a second has a clause of 44 characters after 0.5 s, one of 101 (1 in 20 is longer) after 1.2 s.
LATENCIES: Mapping[str, Policy] = MappingProxyType(
    {
        "low": Policy(max_delay=0.5),
        "balanced": Policy(max_delay=1.5),
        "quality": Policy(clauses=False, grow=200),
    }
)
