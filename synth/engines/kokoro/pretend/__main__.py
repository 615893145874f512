"""`python -m synth.engines.kokoro.pretend DIRECTORY`."""

import cyclopts

from synth.engines.kokoro.pretend.checkpoint import write_checkpoint

if __name__ == "__main__":
    cyclopts.run(write_checkpoint)
