import subprocess
import sys

import pytest

COUNTS_HEAPS = """
import ctypes, sys, threading
from synth.heap import share_heap

if sys.argv[1:]:
    share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(4)

def allocate():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's")
def test_all_threads_have_one_heap():
    def heaps(*options):
        command = (sys.executable, "-c", COUNTS_HEAPS, *options)
        return subprocess.run(command, capture_output=True, check=True).stdout.count(b"<heap nr=")

    assert heaps() > 1
    assert heaps("shared") == 1
