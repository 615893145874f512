"""The worker's batcher at the scale of thousands of listeners, on a clock that only the simulation moves.

scene.py       what is simulated: an engine's cost, how many converse, what they say, in which order they are served
simulation.py  the clock
worker.py      the real Batcher with a pretend engine that takes the time that it costs
listener.py    one conversation: turns of text that arrives word by word, asked for as a session asks for it
outcome.py     what came of it
study.py       the scenes of docs/scheduling.md; page.py writes them there
"""
