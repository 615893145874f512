"""What the network does in figures: whether batches are exact, and how fast it is beside the kokoro package.

`python -m synth.engines.kokoro.bench` (`make bench-kokoro`) prints one JSON line; `.gpu` (`make bench-gpu`) writes the
report of a graphics card.
"""
