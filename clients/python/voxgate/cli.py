"""`voxgate`: one command for the server, its keys and its clients.

Commands are named by import string and load when they are called, so that `voxgate say` starts without the server's
libraries and `voxgate serve` without the client's.
"""

import os
import select
import sys
from importlib.metadata import version

from cyclopts import App

ENDED_BY_SIGPIPE = 141  # as a shell tells it of other tools

app = App(
    name="voxgate",
    help="Self-hosted realtime speech: text goes in word by word, speech comes out before the sentence is over.",
    version=lambda: version("voxgate"),
)
app.command("gateway.__main__:serve", name="serve", help="Run the speech gateway.")
app.command("synth.__main__:app", name="synth", help="Run a synthesis worker, as on a machine with a GPU.")
app.command("synth.engines.kokoro.fetch:app", name="kokoro", help="Get the files of the Kokoro engine.")
app.command("gateway.accounts.cli:app", name="keys", help="Make, list and revoke API keys.")
app.command("gateway.accounts.cli:usage", name="usage", help="Show what each API key has used.")
app.command("gateway.database.cli:migrate", name="migrate", help="Bring the database to this version.")
app.command("voxgate.say:say", name="say", help="Speak a text, a file or a pipe: to a file, to stdout or aloud.")
app.command("voxgate.speak_file:speak_file", name="speak-file", help="Speak a book into a file; goes on where it was.")
app.command("voxgate.jobs:app", name="jobs", help="List, show, submit, fetch and cancel jobs of a running gateway.")
app.command("voxgate.voices:voices", name="voices", help="List the voices of a running gateway.")
app.command("voxgate.mcp:mcp", name="mcp", help="Serve MCP on stdin and stdout, for hosts on this machine.")
app.command("voxgate.doctor:doctor", name="doctor", help="Check what is installed and say how to get what is missing.")


def main() -> None:
    """Who reads the output may have had enough, as `head` has: then there is nothing left to do, and nobody to tell."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not _reader_has_left():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more
        sys.exit(ENDED_BY_SIGPIPE)


def _reader_has_left() -> bool:
    """Standard output's, and not that of another pipe of ours."""
    if sys.platform == "win32":  # which cannot say
        return True
    output = select.poll()
    output.register(sys.stdout.fileno(), 0)  # what is wrong with it is told unasked
    return bool(output.poll(0))


if __name__ == "__main__":
    main()
