"""What many segments have to say, in few messages."""

import asyncio
import math
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from protos import synth_pb2
from synth.segment import Segment

LARGEST_MESSAGE = 262_144  # bytes of audio, and one reply more: a sixteenth of what gRPC takes
CLOCK = 0.001  # the loop's timers count whole milliseconds: what is due in less is due now


class Gatherer:
    """Segments in the order in which they want to speak, and one timer for all of them."""

    def __init__(self, over: Callable[[Segment], None]) -> None:
        """To be made on the running event loop. over: told of each segment that has said its last."""
        self._loop = asyncio.get_running_loop()
        self._over = over
        self._due: list[tuple[float, int, Segment]] = []
        self._waiting: set[Segment] = set()  # those in the heap
        self._arrivals = count()
        self._changed = asyncio.Event()
        self._finished = False
        self._called = False

    def offer(self, segment: Segment) -> None:
        """It has heard something, or got credit."""
        if segment in self._waiting or (due := segment.due(time.monotonic())) == math.inf:
            return
        self._waiting.add(segment)
        heappush(self._due, (due, next(self._arrivals), segment))
        if self._due[0][2] is segment:
            self._changed.set()

    def call(self) -> None:
        """There is something to say beside what segments say."""
        self._called = True
        self._changed.set()

    def finish(self) -> None:
        """No segment is left and none will come."""
        self._finished = True
        self._changed.set()

    async def gather(self) -> synth_pb2.Replies | None:
        """All that is due, as soon as anything is; nothing, when called for. None: finished."""
        while not self._finished:
            replies = self._take(time.monotonic() + CLOCK)
            if replies.replies or self._called:
                self._called = False
                return replies
            await self._wait()
        return None

    def _take(self, now: float) -> synth_pb2.Replies:
        replies, size = synth_pb2.Replies(), 0
        while self._due and self._due[0][0] <= now and size < LARGEST_MESSAGE:
            segment = heappop(self._due)[2]
            self._waiting.remove(segment)
            if segment.over:  # abandoned
                continue
            size += segment.say(replies.replies.add(), now)
            if segment.over:
                self._over(segment)
            else:
                self.offer(segment)
        return replies

    async def _wait(self) -> None:
        self._changed.clear()
        timer = None
        if self._due:
            timer = self._loop.call_later(self._due[0][0] - time.monotonic(), self._changed.set)
        await self._changed.wait()
        if timer is not None:
            timer.cancel()
