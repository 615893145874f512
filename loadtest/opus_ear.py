"""Takes Opus, as Ogg pages or raw packets: keeps the packets while the load is on; readback.py judges them after it."""

from collections.abc import Callable

import av
import numpy as np

from loadtest.faults import Fault
from loadtest.ogg import END_OF_STREAM, GRANULE_RATE, BadOggError, Page, PageReader
from loadtest.readback import PACKET, Mark, Readback, Samples
from loadtest.turn import Onset

PRE_SKIP = 312  # libopus' own delay; raw packets do not tell
HEADERS = 2  # OpusHead, OpusTags


class OpusEar:
    def __init__(self, note: Callable[[Fault, str], None], *, ogg: bool) -> None:
        self.onset = Onset()
        self._note = note
        self._reader = PageReader() if ogg else None
        self._decoder = _decoder()
        self._characters: list[str] = []
        self._packets: list[bytes] = []
        self._marks: list[Mark] = []
        self._pages = 0
        self._granule = 0
        self._pre_skip = PRE_SKIP
        self._ended = False

    def append(self, characters: str) -> None:
        self._characters.append(characters)

    def take(self, payload: bytes) -> float:
        before = self._granule
        if self._reader is None:
            self._hear(payload, self._granule + PACKET)
        else:
            try:
                for page in self._reader.feed(payload):
                    self._turn_page(page)
            except BadOggError as error:
                self._note(Fault.BAD_STREAM, str(error))
        return (self._granule - before) / GRANULE_RATE

    def flush_ended(self, position: int) -> None:
        self._marks.append(Mark(position, len(self._packets), cut=False))

    def skip(self, position: int) -> None:
        self._marks.append(Mark(position, len(self._packets), cut=True))

    def ended(self, position: int) -> None:
        """The last flush's mark says it."""

    def judge(self) -> None:
        """Reads everything back."""
        if self._pages and not self._ended:
            self._note(Fault.BAD_STREAM, "no end-of-stream page")
        Readback(self._decoded(), self._pre_skip, self._note).judge("".join(self._characters), self._marks)

    def _turn_page(self, page: Page) -> None:
        if page.sequence != self._pages:
            self._note(Fault.BAD_STREAM, f"page {page.sequence} after {self._pages} pages")
        self._pages += 1
        self._ended |= bool(page.flags & END_OF_STREAM)
        if page.sequence == 0:
            self._pre_skip = int.from_bytes(page.packets[0][10:12], "little")
        if page.sequence < HEADERS:
            return
        for packet in page.packets:
            self._hear(packet, page.granule)
        self._granule = page.granule

    def _hear(self, packet: bytes, granule: int) -> None:
        self._packets.append(packet)
        self._granule = granule
        if not self.onset.found:
            for frame in self._decoder.decode(av.Packet(packet)):
                self.onset.hear(frame.to_ndarray()[0], GRANULE_RATE)

    def _decoded(self) -> Samples:
        decoder = _decoder()
        frames = [frame.to_ndarray()[0] for packet in self._packets for frame in decoder.decode(av.Packet(packet))]
        samples: Samples = np.concatenate(frames) if frames else np.zeros(0, np.int16)
        return samples[self._pre_skip : self._granule]


def _decoder() -> av.AudioCodecContext:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = GRANULE_RATE
    decoder.layout = "mono"
    return decoder
