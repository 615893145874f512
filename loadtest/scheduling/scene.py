"""What is simulated. Values only."""

import math
from dataclasses import dataclass, field

from synth.batching import Limits
from synth.batching.order import Order, by_deadline
from synth.engines import Cost

# Kokoro on one H200, by arithmetic and not measured: 2.6 ms for launching its graphs, 1.3 ms for its chains of LSTM
# steps and the host's work; and the rate that is the goal there, about 2,200 seconds of audio in a second.
H200 = Cost(fixed=0.005, per_second=0.00045)
# Kokoro on one core, 32-bit, measured: 3.3 seconds of audio in a second.
CORE = Cost(fixed=0.03, per_second=0.3, helped=1.5)
# The same in bfloat16 where the processor multiplies matrices (AMX); measured 0.17 to 0.23 without what is fixed.
AMX_CORE = Cost(fixed=0.05, per_second=0.2, helped=1.5)

WORDS_PER_SECOND = 2.6  # spoken; 15 characters with their spaces


@dataclass(frozen=True, slots=True)
class Texts:
    """Turns of so many words, which arrive at `pace` words a second; segments of so many words: the first, the second,
    the later ones; pause: mean seconds from the end of a turn's audio to the next turn; listens: that is when it has
    been played, else when it has come.
    """

    turn: tuple[int, int] = (5, 60)
    segments: tuple[tuple[int, int], ...] = ((3, 6), (4, 8), (8, 20))
    pace: float = 15.0  # 20 tokens
    pause: float = 2.0
    listens: bool = True


# As they are cut for an engine that is not much faster than speech: each is made while the one before is heard.
SHORT = Texts(segments=((2, 4), (3, 5), (4, 8), (6, 12)))
# And by those who give a text at once, and the next one when the audio of the last has come.
EAGER = Texts(segments=SHORT.segments, pace=math.inf, pause=0.001, listens=False)


@dataclass(frozen=True, slots=True)
class Scene:
    """engines: of each worker, which take from one queue; choose: by what a worker is chosen; halves: the text half and
    the frame half of the model batch on their own; breathes: a batch can be interrupted; in_order: who was refused
    first is taken on first, as a gateway has it; helps: an idle core helps another.
    """

    listeners: int
    cost: Cost
    limits: Limits = field(default_factory=lambda: Limits(64))
    order: Order = by_deadline
    texts: Texts = field(default_factory=Texts)
    workers: int = 1
    engines: int = 1
    choose: str = "wait"
    in_order: bool = False
    halves: bool = False
    breathes: bool = False
    helps: bool = False
    seconds: float = 90.0
    seed: int = 1
