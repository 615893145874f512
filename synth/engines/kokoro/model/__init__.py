"""The network: tokens and a style in, samples out. Inference only, our own graph over the released weights.

Any mix of lengths in one batch gives each row what it gives alone. Activations are [rows, time, channels]: with the
channels next to each other a convolution is a matrix product for the processor (a third to twice as fast, measured),
and statistics over time are sums of vectors.
"""
