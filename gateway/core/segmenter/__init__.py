"""Text in, pieces out, as early as is safe."""

from gateway.core.segmenter.lengths import weigh
from gateway.core.segmenter.piece import Boundary, Piece, join
from gateway.core.segmenter.segmenter import Segmenter
from gateway.core.segmenter.whole_text import WholeText

__all__ = ["Boundary", "Piece", "Segmenter", "WholeText", "join", "weigh"]
