"""From the client's text to the pieces that are spoken: cleaned, pronounced, cut.

    append(text)  flush()             -> pieces, in order; together they cover the client's text without a gap
    idle()  hurry()  release()        -> pieces, as the segmenter gives them before it is sure
    clear()                           drops what is held

What stands in the text and is not spoken (markup, an emoji) belongs to the piece after it; at a flush to the last one.
append and flush raise SpeechError for markup that cannot be read.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from gateway.core.cleaning import (
    Cleaner,
    Dictionary,
    Part,
    Pause,
    Pronouncer,
    Pronunciation,
    Restyle,
    Run,
    Scrub,
    open_cleaner,
)
from gateway.core.segmenter import Boundary, Origin, Piece, Segmenter, is_speakable
from gateway.core.style import PLAIN_STYLE, Style

Cast = Callable[[Restyle], Style]


class Manuscript:
    def __init__(
        self, text_format: str, language: str, pronunciations: Sequence[Pronunciation] = (), cast: Cast | None = None
    ) -> None:
        """cast: finds the voice of a style that the text asks for. Raises InvalidSetting for a bad pronunciation."""
        self._cleaner: Cleaner = open_cleaner(text_format, language)
        self._scrub = Scrub()
        self._pronouncer = Pronouncer(Dictionary(pronunciations)) if pronunciations else None
        self._language = language
        self._segmenter = Segmenter(language)
        self._cast = cast
        self._style = PLAIN_STYLE
        self._received = 0  # characters of the client's text
        self._told = 0  # up to here it is in pieces
        self._origins: deque[Origin] = deque()  # of what the segmenter holds

    def append(self, text: str) -> list[Piece]:
        self._received += len(text)
        return self._read(self._cleaner.append(text))

    def idle(self) -> list[Piece]:
        """What looks finished; `on_hold` says whether there may be anything."""
        return [self._piece(piece) for piece in self._segmenter.idle()]

    def hurry(self) -> list[Piece]:
        """The words so far."""
        return [self._piece(piece) for piece in self._segmenter.hurry()]

    def release(self) -> list[Piece]:
        """Everything but markup that is not complete."""
        held = () if self._pronouncer is None else self._pronouncer.settle()
        return self._take(held) + self._end()

    @property
    def on_hold(self) -> bool:
        return self._segmenter.on_hold

    @property
    def pending(self) -> bool:
        """Whether there is text that no piece has, and that is no markup."""
        return self._segmenter.pending

    @property
    def ends_in_number(self) -> bool:
        return self._segmenter.ends_in_number

    def flush(self) -> list[Piece]:
        pieces = self._read(self._cleaner.flush()) + self.release()
        self._scrub.restart()
        if self._told < self._received:
            rest = Piece("", self._told, self._received, speakable=False, boundary=Boundary.END)
            self._told = self._received
            pieces.append(rest)
        return pieces

    def clear(self) -> None:
        self._cleaner.clear()
        self._scrub.restart()
        if self._pronouncer is not None:
            self._pronouncer.restart()
        self._segmenter = Segmenter(self._language)
        self._style = PLAIN_STYLE
        self._origins.clear()
        self._told = self._received

    def _read(self, parts: Iterable[Part]) -> list[Piece]:
        clean = self._scrub.scrub(parts)
        return self._take(clean if self._pronouncer is None else self._pronouncer.apply(clean))

    def _take(self, parts: Iterable[Part]) -> list[Piece]:
        pieces: list[Piece] = []
        for part in parts:
            if isinstance(part, Run):
                self._note(part)
                if ended := self._segmenter.append(part.text):
                    pieces += map(self._piece, ended)
                continue
            pieces += self._end()
            if isinstance(part, Pause):
                pieces.append(self._pause(part))
            else:
                self._restyle(part)
        return pieces

    def _note(self, run: Run) -> None:
        """Where the segmenter's text comes from."""
        if self._origins and not run.whole:
            last = self._origins[-1]
            if last.end == run.start and not last.whole:
                self._origins[-1] = Origin(last.length + len(run.text), last.start, run.end)
                return
        self._origins.append(Origin(len(run.text), run.start, run.end, run.whole, run.ipa))

    def _end(self) -> list[Piece]:
        """What comes now is not spoken in one go with what was before."""
        return [self._piece(piece) for piece in self._segmenter.flush()]

    def _pause(self, pause: Pause) -> Piece:
        start, self._told = self._told, max(self._told, pause.end)
        return Piece("", start, self._told, False, Boundary.END, style=self._style, silence=pause.seconds)  # noqa: FBT003

    def _restyle(self, restyle: Restyle) -> None:
        language = self._style.language
        self._style = restyle.style if self._cast is None else self._cast(restyle)
        if self._style.language != language:
            self._segmenter = Segmenter(self._style.language or self._language)

    def _piece(self, piece: Piece) -> Piece:
        """The segmenter's piece, in the client's text."""
        origins = tuple(self._take_origins(len(piece.text)))
        text = piece.text
        start, self._told = self._told, max(self._told, origins[-1].end)
        if len(origins) == 1 and not origins[0].whole and origins[0].start == start:
            origins = ()
        return Piece(text, start, self._told, is_speakable(text), piece.boundary, origins, self._style)

    def _take_origins(self, length: int) -> Iterator[Origin]:
        while length:
            origin = self._origins.popleft()
            if origin.length > length:
                origin, rest = origin.split(length)
                self._origins.appendleft(rest)
            length -= origin.length
            yield origin
