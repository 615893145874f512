"""Text in, pieces out, as early as is safe."""

from gateway.core.segmenter.piece import Boundary, Origin, Piece, is_speakable, join
from gateway.core.segmenter.segmenter import Segmenter
from gateway.core.segmenter.weights import weigh

__all__ = ["Boundary", "Origin", "Piece", "Segmenter", "is_speakable", "join", "weigh"]
