"""How glibc gives out memory to a process whose threads each need gigabytes for a moment."""

import ctypes

M_ARENA_MAX = -8  # malloc.h


def share_heap() -> None:
    """One heap for all threads that have none yet. With one for each, what a thread has given back stays its own, in
    holes: a worker with two threads grew to 7 GB (docs/kokoro-speed.md). Elsewhere than with glibc it does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
