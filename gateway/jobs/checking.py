"""Whether what is asked for can be promised."""

from gateway.core.events import Failed, Limits
from gateway.core.session import Session
from gateway.core.voices import VoiceCatalog
from gateway.errors import InvalidSetting, TextTooLong, UnsupportedFormat
from gateway.jobs.job import SUFFIXES, JobRequest


def check(request: JobRequest, text: str, catalog: VoiceCatalog, limits: Limits) -> None:
    """Raises the SpeechError that a session would fail with, before anything is promised."""
    if not text.strip():
        raise InvalidSetting("the text is empty")
    if len(text) > limits.max_text:
        raise TextTooLong(f"a text has at most {limits.max_text} characters")
    session = Session(limits, lambda: catalog, 0.0)
    for output in session.handle(request.open_context(), 0.0):
        if isinstance(output, Failed):
            raise output.error
    if request.output.encoding not in SUFFIXES:
        raise UnsupportedFormat(f"{request.output.encoding} has no form as a file; ogg_opus, mp3, wav and flac have")
