"""Text in, pieces out, as early as is safe."""

from gateway.core.segmenter.piece import Boundary, Origin, Piece, is_speakable, join
from gateway.core.segmenter.segmenter import Segmenter
from gateway.core.segmenter.weights import weigh
from gateway.core.segmenter.word_groups import fitting_group

__all__ = ["Boundary", "Origin", "Piece", "Segmenter", "fitting_group", "is_speakable", "join", "weigh"]
