"""espeak-ng in this process: small, every language, about 1,200 times real time on one core (measured)."""
