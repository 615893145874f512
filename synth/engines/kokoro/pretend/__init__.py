"""A checkpoint that only looks like Kokoro: random weights, made from a seed, that speak gibberish at speech's pace.

For tests, benchmarks and laptops without the real one: the same architecture costs the same time, and whether a batch
is exact does not depend on the weights. `python -m synth.engines.kokoro.pretend DIRECTORY`.
"""
