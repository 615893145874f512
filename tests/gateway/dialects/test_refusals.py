"""Whatever a transport may raise, every vendor has words for it."""

import msgspec
import pytest

from gateway import errors
from gateway.dialects.paths import SURFACES

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.SpeechError) and kind is not errors.SpeechError
]


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.refuse.__module__.split(".")[2])
def test_every_error_is_refused_with_a_status_and_its_words(surface):
    for kind in KINDS:
        refusal = surface.refuse(kind("what is wrong"))

        assert 400 <= refusal.status < 600
        assert b"what is wrong" in msgspec.json.encode(refusal.body)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.refuse.__module__.split(".")[2])
def test_a_key_that_is_not_for_this_is_no_fault_of_ours(surface):
    assert surface.refuse(errors.Forbidden("not for this")).status == 403
