"""Threads that encode, so that the event loop does not.

An encoder lives on one of them for its whole life: two threads in one libopus context abort the process. Encoders that
cost less than the way to a thread and back stay on the event loop.

Measured: CPU time per 20 ms frame, 100 Opus streams at 24 kHz interleaved, uvloop, median of nine rounds in turn on
two busy cores. Called directly 218 us (172 on idle cores); the way to one thread and back adds 30 us when a call brings
one frame and nothing that shows when it brings five. ThreadPoolExecutor(1) adds 47 us. Waking the loop once for several
results was no cheaper.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from gateway.audio.encoder import Encoder, open_encoder
from gateway.audio.threads import stay_on_the_callers_thread
from gateway.core.formats import AudioFormat

T = TypeVar("T")


class EncoderPool:
    def __init__(self, threads: int, nice: int = 0) -> None:
        """nice: how far these threads step back for others, where the system knows threads by it (Linux)."""
        stay_on_the_callers_thread()
        self._threads = [EncoderThread(f"encoder-{number}", nice) for number in range(threads)]

    def open(self, output: AudioFormat, input_rate: int) -> "PooledEncoder":
        """A new stream of `output`, which is resolved. The codec itself opens on the first `encode`, on its thread."""
        encoder = open_encoder(output, input_rate)
        thread = min(self._threads, key=lambda thread: thread.encoders) if encoder.threaded else None
        return PooledEncoder(encoder, thread)

    def close(self) -> None:
        """Waits for what is being encoded. Encoders that are still open refuse more, and can still be closed."""
        for thread in self._threads:
            thread.close()


class EncoderThread:
    """One thread and its queue. Called by the event loop alone. encoders: how many live here."""

    def __init__(self, name: str, nice: int = 0) -> None:
        self.encoders = 0
        self._nice = nice
        self._closed = False
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises, on this thread and after all that was asked before."""
        if self._closed:
            raise RuntimeError("the encoder pool is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(partial(_run, work, future))
        return await future

    def free(self, encoder: Encoder) -> None:
        """After what it is still doing."""
        self.encoders -= 1
        if self._closed:
            encoder.close()
        else:
            self._jobs.put(encoder.close)

    def close(self) -> None:
        self._closed = True
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        if self._nice and sys.platform == "linux":
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + self._nice)
        for job in iter(self._jobs.get, None):
            job()


class PooledEncoder:
    """An Encoder that its thread runs. `close` is safe at any time, also when the caller of `encode` was cancelled."""

    def __init__(self, encoder: Encoder, thread: EncoderThread | None) -> None:
        self._encoder = encoder
        self._thread = thread
        self._closed = False
        if thread:
            thread.encoders += 1

    @property
    def head(self) -> bytes:
        """Once `finish` has returned."""
        return self._encoder.head

    async def encode(self, pcm: bytes) -> list[bytes]:
        return await self._run(partial(self._encoder.encode, pcm))

    async def pause(self) -> tuple[list[bytes], float]:
        return await self._run(self._encoder.pause)

    async def finish(self) -> list[bytes]:
        try:
            return await self._run(self._encoder.finish)
        finally:
            self.close()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._thread:
            self._thread.free(self._encoder)
        else:
            self._encoder.close()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise ValueError("the encoder is closed")
        return await self._thread.run(work) if self._thread else work()


def _run(work: Callable[[], T], future: asyncio.Future[T]) -> None:
    settle: Callable[[], Any]
    try:
        settle = partial(future.set_result, work())
    except Exception as error:  # noqa: BLE001 - raised again, in the caller
        settle = partial(future.set_exception, error)
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        future.get_loop().call_soon_threadsafe(_unless_cancelled, future, settle)


def _unless_cancelled(future: asyncio.Future[Any], settle: Callable[[], None]) -> None:
    if not future.done():
        settle()
