"""Cuts at flush only: for markup, which means nothing in parts."""

from gateway.core.segmenter.piece import Boundary, Piece, piece_at


class WholeText:
    """The methods of Segmenter, one piece per flush. Bounded by nothing: the worker refuses what is too long."""

    on_hold = False
    pending = False
    ends_in_number = False

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._start = 0

    def append(self, text: str) -> list[Piece]:
        self._parts.append(text)
        return []

    def idle(self) -> list[Piece]:
        return []

    def hurry(self) -> list[Piece]:
        return []

    def flush(self) -> list[Piece]:
        piece = piece_at(self._take(), self._start, Boundary.END)
        self._start = piece.end
        return [piece] if piece.text else []

    def clear(self) -> None:
        self._start += len(self._take())

    def _take(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return text
