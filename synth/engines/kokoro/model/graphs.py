"""The network's halves as CUDA graphs: one for each bucket, recorded once, replayed with a single launch.

A graph reads and writes where it did when it was recorded. So each has fixed places for its input, which a batch is
copied into, padded to the bucket; rows and steps that are nobody's hold silence, and what makes a padded batch exact
does the rest. A batch that fits no bucket goes step by step. No card has recorded or replayed one of these yet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from synth.engines.kokoro.model.buckets import READING, SOUND, Bucket, Buckets
from synth.engines.kokoro.model.executor import INLINE, Executor
from synth.engines.kokoro.model.halves import Eager, Reading, Timed
from synth.engines.kokoro.model.network import Network
from synth.engines.kokoro.model.rates import FRAME_SAMPLES
from synth.engines.kokoro.model.rows import Padded, Rows

Work = Callable[[], tuple[Tensor, ...]]
# Has work done and records it; gives what does it again, and where its results are each time.
Record = Callable[[Work], tuple[Callable[[], None], tuple[Tensor, ...]]]


class CudaRecorder:
    """All graphs take their memory from one pool, since no two are ever replayed at once: it is as large as the
    largest needs.
    """

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, work: Work) -> tuple[Callable[[], None], tuple[Tensor, ...]]:
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):  # what libraries set up at a first call must not be recorded
            work()
            work()
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            made = work()
        return graph.replay, made


class Graphs:
    """Halves of the network. To be made, as to be used, in inference mode: making it records all buckets."""

    def __init__(self, network: Network, record: Record, reading: Buckets = READING, sound: Buckets = SOUND) -> None:
        self._eager = eager = Eager(network)
        sizes, device = network.architecture, network.device
        style = _Place((2 * sizes.style,), wide=False)
        wide = sizes.hidden + sizes.style

        def read(given: Sequence[Tensor], rows: Padded) -> tuple[Tensor, ...]:
            made = eager.read(given[0], given[1], given[2], rows)
            return made.features, made.sound, made.frames

        def decode(given: Sequence[Tensor], rows: Padded) -> tuple[Tensor, ...]:
            return (eager.decode(Timed(given[0], given[1], given[2]), rows, rows),)

        speed = _Place((), dtype=torch.float64, wide=False, silence=1)
        places = [_Place((), dtype=torch.int64), style, speed]
        self._readings = _Recordings(reading, places, read, record, device)
        places = [_Place((wide,), dtype=network.front), _Place((sizes.hidden,)), style]
        self._sounds = _Recordings(sound, places, decode, record, device)

    def read(
        self, tokens: Tensor, style: Tensor, speed: Tensor, rows: Padded, *, executor: Executor = INLINE
    ) -> Reading:
        made = self._readings.play([tokens, style, speed], rows)
        return Reading(*made) if made else self._eager.read(tokens, style, speed, rows, executor=executor)

    def decode(self, timed: Timed, rows: Padded, layout: Rows, *, executor: Executor = INLINE) -> Tensor:
        made = self._sounds.play([timed.features, timed.sound, timed.style], rows) if layout is rows else None
        if made is None:
            return self._eager.decode(timed, rows, layout, executor=executor)
        return made[0][:, : rows.width * FRAME_SAMPLES]


@dataclass(frozen=True, slots=True)
class _Place:
    """Of one input. channels: of each step; wide: it has steps; silence: what stands where nobody's values do."""

    channels: tuple[int, ...]
    dtype: torch.dtype = torch.float32
    wide: bool = True
    silence: int = 0

    def shape(self, bucket: Bucket) -> tuple[int, ...]:
        return (bucket.rows, *((bucket.width,) if self.wide else ()), *self.channels)


class _Recording:
    """One bucket's. `inputs` and `lengths` lie at the beginning of places that all buckets share."""

    def __init__(self, inputs: Sequence[Tensor], lengths: Tensor, work: Work, record: Record) -> None:
        self._inputs = inputs
        self._lengths = lengths
        self._replay, self._made = record(work)

    def play(self, given: Sequence[Tensor], rows: Padded, silences: Sequence[int]) -> tuple[Tensor, ...]:
        count = len(rows.lengths)
        for place, values, silence in zip(self._inputs, given, silences, strict=True):
            place.fill_(silence)
            place[tuple(slice(size) for size in values.shape)].copy_(values)
        self._lengths.fill_(1)
        self._lengths[:count].copy_(rows.lengths)
        self._replay()
        return tuple(values[:count].clone() for values in self._made)  # the next replay writes there


class _Recordings:
    def __init__(
        self,
        buckets: Buckets,
        places: Sequence[_Place],
        work: Callable[[Sequence[Tensor], Padded], tuple[Tensor, ...]],
        record: Record,
        device: torch.device,
    ) -> None:
        self._buckets = buckets
        self._silences = [place.silence for place in places]
        every = buckets.all()
        room = [max(torch.Size(place.shape(bucket)).numel() for bucket in every) for place in places]
        flat = [torch.empty(size, dtype=place.dtype, device=device) for place, size in zip(places, room, strict=True)]
        lengths = torch.ones(max(bucket.rows for bucket in every), dtype=torch.int64, device=device)
        self._recordings: dict[Bucket, _Recording] = {}
        for bucket in every:
            inputs = [
                values[: torch.Size(shape).numel()].view(shape)
                for values, shape in zip(flat, (place.shape(bucket) for place in places), strict=True)
            ]
            for values, silence in zip(inputs, self._silences, strict=True):
                values.fill_(silence)
            own = lengths[: bucket.rows]
            # Rows anew each time: what they remember of the first time would not be recorded.
            once = partial(lambda given, own, width: work(given, Padded(own, width)), inputs, own, bucket.width)
            self._recordings[bucket] = _Recording(inputs, own, once, record)

    def play(self, given: Sequence[Tensor], rows: Padded) -> tuple[Tensor, ...] | None:
        """None: there is no bucket for it."""
        bucket = self._buckets.choose(len(rows.lengths), rows.width)
        return self._recordings[bucket].play(given, rows, self._silences) if bucket else None
