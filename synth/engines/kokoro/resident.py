"""The network in memory, for as long as it is used."""

import ctypes
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

T = TypeVar("T")
# Seconds without work after which what the last work needed is given back; the next one then takes some 50 ms longer.
REST = 60.0


class Resident(Generic[T]):
    """Loads it for whoever uses it, and lets it go when nobody has for so many seconds; 0: never."""

    def __init__(
        self, load: Callable[[], T], unload_after: float, tidy: Callable[[], None], *, rest: float = REST
    ) -> None:
        """Loads it at once. tidy: called from another thread when the last reference has gone, or, if it never goes,
        when nobody has used it for `rest` seconds.
        """
        self._load = load
        self._unload_after = unload_after
        self._tidy = tidy
        self._rest = rest
        self._lock = threading.Lock()
        self._users = 0
        self._timer: threading.Timer | None = None
        self._loaded: T | None = load()
        with self._lock:
            self._start_timer()

    @contextmanager
    def use(self) -> Iterator[T]:
        """Waits while it is loaded. By any threads, and again by one that does already."""
        with self._lock:
            self._stop_timer()
            if self._loaded is None:
                self._loaded = self._load()
            loaded = self._loaded
            self._users += 1
        try:
            yield loaded
        finally:
            del loaded  # it must not outlive the timer here
            with self._lock:
                self._users -= 1
                if not self._users:
                    self._start_timer()

    def close(self) -> None:
        """At once; whoever still uses it keeps it until then."""
        self._stop_timer()
        self._loaded = None

    @property
    def loaded(self) -> bool:
        return self._loaded is not None

    def _start_timer(self) -> None:
        self._timer = threading.Timer(self._unload_after or self._rest, self._unload)
        self._timer.daemon = True
        self._timer.start()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _unload(self) -> None:
        with self._lock:
            if self._timer is not threading.current_thread():
                return  # somebody has used it since this timer ran out
            self._timer = None
            if self._unload_after:
                self._loaded = None
        gc.collect()
        self._tidy()


def give_memory_back() -> None:
    """What was freed, from the allocator to the system: glibc keeps it otherwise."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
