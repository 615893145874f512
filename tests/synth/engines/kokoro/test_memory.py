"""In a process of its own: what is set for the allocator stays set."""

import subprocess
import sys

import pytest

from synth.engines.kokoro.memory import give_memory_back

# Four threads hold memory at the same time; then glibc tells of its heaps.
FILL = """
import ctypes, sys, threading
from synth.engines.kokoro.memory import share_memory

def work():
    held = [bytearray(1000) for _ in range(1_000)]
    all_hold.wait()

if sys.argv[1] == "shared":
    share_memory()
all_hold = threading.Barrier(4)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's")
@pytest.mark.parametrize(("how", "heaps"), [("shared", 1), ("own", None)])
def test_all_threads_share_one_heap(how, heaps):
    told = subprocess.run([sys.executable, "-c", FILL, how], check=True, capture_output=True, text=True).stdout

    found = told.count("<heap nr=")
    assert found == heaps if heaps else found > 1


def test_giving_memory_back_does_no_harm():
    give_memory_back()
