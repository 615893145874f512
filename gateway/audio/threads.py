"""FFmpeg's own threads, of which we want none: an encoder is one stream on a thread of ours (pool.py).

PyAV cuts what a codec is given into frames, and resamples, by a graph of FFmpeg's filters, and each graph starts a
thread for each core, up to 16, which no filter of sound uses. Measured on two cores: 350 Opus streams had 700 of them.
PyAV has no setting for it; FFmpeg has one for the process (libavutil/cpu.h). It is looked up through the module of PyAV
that is sure to be linked with that library, whose queues of samples it wraps.
"""

import ctypes

from av.audio import fifo


def stay_on_the_callers_thread() -> None:
    """Whatever FFmpeg opens from now on takes this machine to have one core."""
    ctypes.CDLL(fifo.__file__).av_cpu_force_count(1)
