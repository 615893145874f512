"""Text in, pieces out, as early as is safe."""

from gateway.core.segmenter.piece import Piece
from gateway.core.segmenter.segmenter import Segmenter
from gateway.core.segmenter.whole_text import WholeText

__all__ = ["Piece", "Segmenter", "WholeText"]
