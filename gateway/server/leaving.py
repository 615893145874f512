"""What tells a server to go away: the init system, Ctrl-C, the end of the terminal that it was started in."""

import asyncio
import signal
from collections.abc import Callable


def when_told_to_leave(leave: Callable[[], object]) -> None:
    """Needs a running loop. Under nohup the end of a terminal is not for us."""
    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for number in numbers:
        asyncio.get_running_loop().add_signal_handler(number, leave)
