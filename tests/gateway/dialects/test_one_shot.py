"""A reply that cannot hold what it is given."""

from gateway.core.events import AudioFrame
from gateway.dialects import Close
from gateway.dialects.elevenlabs.timed import Whole
from gateway.dialects.one_shot import CONTEXT, OneShotDialect
from gateway.dialects.reply import MOST_WHOLE
from gateway.errors import CLOSE_NORMAL, TextTooLong

MEGABYTE = 1 << 20


def test_audio_in_one_piece_is_bounded_and_the_end_of_the_request():
    dialect = OneShotDialect("elevenlabs_http", Whole("Hello.", markup=False))
    audio = bytes(MEGABYTE)
    frames = (AudioFrame(CONTEXT, 1, number, audio, number) for number in range(MOST_WHOLE // MEGABYTE + 1))

    *before, (error, close) = [dialect.encode(frame) for frame in frames]

    assert before == [[]] * (MOST_WHOLE // MEGABYTE)
    assert isinstance(error, TextTooLong)
    assert close == Close(CLOSE_NORMAL)
