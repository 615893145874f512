"""The one stream to a worker, which all its segments share."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from typing import Protocol

from grpc import aio

from gateway.errors import WorkerUnavailable
from gateway.workers.load import Cost, Load
from protos import synth_pb2

LARGEST_MESSAGE = 262_144  # bytes, and one order more
# Seconds that an order waits for company: a message costs some 100 us whatever is in it (measured). Not one for a
# listener who hears silence.
TICK = 0.02
URGENT = 0.5  # a segment that is due sooner does not wait

Call = aio.StreamStreamCall[synth_pb2.Orders, synth_pb2.Replies]


class Ear(Protocol):
    """A segment that listens. Neither waits nor raises."""

    def hear(self, reply: synth_pb2.Reply) -> None: ...

    def lose(self, error: WorkerUnavailable) -> None:
        """The stream has ended before the segment has."""


class WorkerStream:
    """Orders go out in the order given, several together; replies go to whom they are for.

    Segments get ids of this stream's own. A late reply, for one that was abandoned or is over, finds nobody.
    """

    def __init__(self, call: Call, cost: Cost) -> None:
        """cost: of the worker's engine."""
        self._call = call
        self._cost = cost
        self._load = Load()
        self._loop = asyncio.get_running_loop()
        self._ears: dict[int, Ear] = {}
        self._ids = count(1)
        self._orders: list[synth_pb2.Order] = []
        self._ordered = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None  # until what is not urgent goes out

    def __len__(self) -> int:
        """Living segments."""
        return len(self._ears)

    def wait(self, due_in: float) -> float:
        """Seconds, roughly, until the worker would begin a segment that is due then."""
        return self._load.wait(self._loop.time(), due_in)

    def begin(self, ear: Ear, request: synth_pb2.Synthesize) -> int:
        """The segment's id."""
        segment_id = next(self._ids)
        self._load.add(self._cost.of(request.text, request.speed))
        self._ears[segment_id] = ear
        self._order(synth_pb2.Order(segment_id=segment_id, synthesize=request), urgent=request.due_in < URGENT)
        return segment_id

    def grant(self, segment_id: int, samples: int) -> None:
        if segment_id in self._ears:
            self._order(synth_pb2.Order(segment_id=segment_id, more=synth_pb2.More(samples=samples)))

    def abandon(self, segment_id: int) -> None:
        """Of a segment that is over this changes nothing."""
        if self._ears.pop(segment_id, None):
            self._order(synth_pb2.Order(segment_id=segment_id, abandon=synth_pb2.Abandon()))

    async def run(self) -> None:
        """Returns when the stream has ended and the segments on it know; cancelled, it ends the stream."""
        error = WorkerUnavailable("the connection was closed")
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._write())
                cause = await self._read()
                error = WorkerUnavailable("the worker broke off")
                error.__cause__ = cause
                writing.cancel()
        finally:
            self._call.cancel()
            self._end(error)

    async def _read(self) -> aio.AioRpcError | None:
        """How the stream ended; None: well."""
        try:
            async for message in self._call:
                if message.HasField("load"):
                    self._load = Load(message.load.begins_in, message.load.free_in, self._loop.time())
                self._hand_out(message.replies)
        except aio.AioRpcError as status:
            return status
        return None

    def _hand_out(self, replies: Iterable[synth_pb2.Reply]) -> None:
        for reply in replies:
            segment_id = reply.segment_id
            ear = self._ears.pop(segment_id, None) if reply.WhichOneof("end") else self._ears.get(segment_id)
            if ear is not None:
                ear.hear(reply)

    async def _write(self) -> None:
        with suppress(aio.AioRpcError, asyncio.InvalidStateError):  # it is over, and the reader hears why
            while True:
                await self._ordered.wait()
                await self._call.write(self._take_orders())

    def _take_orders(self) -> synth_pb2.Orders:
        size = taken = 0
        while taken < len(self._orders) and size < LARGEST_MESSAGE:
            size += self._orders[taken].ByteSize()
            taken += 1
        orders = synth_pb2.Orders(orders=self._orders[:taken])
        del self._orders[:taken]
        if not self._orders:
            self._ordered.clear()
            self._stop_timer()
        return orders

    def _order(self, order: synth_pb2.Order, *, urgent: bool = False) -> None:
        self._orders.append(order)
        if urgent:
            self._ordered.set()
        elif self._timer is None:
            self._timer = self._loop.call_later(TICK, self._ordered.set)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, error: WorkerUnavailable) -> None:
        self._stop_timer()
        ears, self._ears = self._ears, {}
        for ear in ears.values():
            ear.lose(error)
