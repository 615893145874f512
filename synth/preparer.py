"""Reading text for the engine, off its thread and off the event loop, so that neither waits for the other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from synth.engines import Engine, EngineError, Prepared, Unspeakable, Utterance

MOST = 1_000  # waiting; a sentence takes Kokoro's about a millisecond, so that is a second of work

Outcome = Prepared | Unspeakable | EngineError


class Preparer:
    """An engine that needs no threads for it is asked at once. What else `prepare` raises is told to `crashed`."""

    def __init__(self, engine: Engine, crashed: Callable[[Exception], None]) -> None:
        self._engine = engine
        self._crashed = crashed
        self._pool = ThreadPoolExecutor(engine.prepare_threads, "prepare") if engine.prepare_threads else None
        self._running: set[asyncio.Future[Prepared]] = set()

    def prepare(self, utterance: Utterance, done: Callable[[Outcome], None]) -> bool:
        """Calls `done` on the event loop, which this is called from, now or later. False: too many are waiting."""
        if self._pool is None:
            self._conclude(done, partial(self._engine.prepare, utterance))
            return True
        if len(self._running) >= MOST:
            return False
        future = asyncio.get_running_loop().run_in_executor(self._pool, self._engine.prepare, utterance)
        self._running.add(future)
        future.add_done_callback(partial(self._end, done))
        return True

    def close(self) -> None:
        """Forgets what is waiting; nothing is `done` after it."""
        for future in self._running:
            future.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _end(self, done: Callable[[Outcome], None], future: asyncio.Future[Prepared]) -> None:
        self._running.remove(future)
        if not future.cancelled():
            self._conclude(done, future.result)

    def _conclude(self, done: Callable[[Outcome], None], result: Callable[[], Prepared]) -> None:
        try:
            outcome: Outcome = result()
        except (Unspeakable, EngineError) as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - it ends the worker
            self._crashed(error)
            return
        done(outcome)
