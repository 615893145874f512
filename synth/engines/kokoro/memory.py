"""What glibc keeps of the memory that a network leaves: by itself it keeps nearly all, once for each thread."""

import ctypes
import sys

M_ARENA_MAX = -8  # its number in malloc.h


def share_memory() -> None:
    """One heap for all threads. Whichever had work would keep the most that it ever needed in a heap of its own."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_ARENA_MAX, 1)


def give_memory_back() -> None:
    """What was freed, from the allocator to the system."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
