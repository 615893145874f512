"""Where several processes keep their metrics so that each of them can show the sum.

Apart from gateway/metrics.py, because prometheus_client decides when it is first imported whether it writes files.
"""

from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def metrics_environment(directory: Path) -> dict[str, str]:
    """Make the directory, which must be new: old files would be counted again.

    Returns what to add to the environment of every process before it imports gateway.metrics.
    """
    directory.mkdir(mode=0o700)
    return {VARIABLE: str(directory)}
