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

    gapless: it is long enough to be heard until the next segment is there, by what is known of the engine's speed; so
    is a sentence that begins a turn.
    max_delay: seconds after which such a listener is given the words that there are; 0: every text is spoken as it
    comes, since the client cuts it. gap_delay: the same once the turn has begun to sound and would break off.
    longest_work: seconds that such a listener may wait for a segment to be made, or for as long as there still is to
    hear; a piece that takes longer is spoken in two parts, the first a group of words.
    most_work: seconds of work that a segment may be, whoever waits: a slow engine cannot be interrupted.
    patience: seconds without a word of the client after which a sentence that looks finished is taken to be; None: as
    its rhythm says.
    lengths: characters of prose that the first, second, ... segment of a turn has at least, but for its last; the last
    number is for all that follow.
    grow: characters of prose up to which sentences are joined while the listener has plenty to hear.
    unhurried: nobody listens yet, so what is spoken is cut as for a listener who has plenty to hear: best for the ear,
    and the same however fast the engine is.
    """

    clauses: bool = True
    gapless: bool = True
    max_delay: float = math.inf
    gap_delay: float = math.inf
    longest_work: float = math.inf
    most_work: float = 4.0
    patience: float | None = None
    lengths: tuple[int, ...] = (0,)
    grow: int = 100
    unhurried: bool = False

    def shortest(self, number: int) -> int:
        """Characters of prose that a turn's segment of this number, from 0, has at least."""
        return self.lengths[min(number, len(self.lengths) - 1)]


DEFAULT_LATENCY = "balanced"
# At 20 tokens a second there are 35 characters after 0.4 s, 70 after 0.8 s; half of all first clauses have 44, one in
# twenty 101. A sentence of one word, "Okay.", is over before the next has been written.
LATENCIES: Mapping[str, Policy] = MappingProxyType(
    {
        "low": Policy(gapless=False, max_delay=0.4, gap_delay=0.2, longest_work=0.4),
        "balanced": Policy(max_delay=0.8, gap_delay=0.3),
        "quality": Policy(clauses=False, lengths=(25, 0), grow=200),
    }
)
