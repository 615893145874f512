"""Kokoro-82M: a neural voice, batched exactly. Needs the extra `kokoro`."""
