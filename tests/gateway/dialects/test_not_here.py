import pytest
from contract.catalog import CATALOG

from gateway.dialects.surface import Request, Settings
from gateway.dialects.ttsai.surface import TTSAI
from gateway.errors import NotImplementedHere


def test_ttsai_has_no_voices_of_users():
    """Another voice in its place would be no answer."""
    request = Request({}, {}, {}, CATALOG, Settings())

    with pytest.raises(NotImplementedHere):
        TTSAI.submits["/api/v1/tts/"].parse(request, '{"text": "Hi.", "user_voice_id": "uv_a1b2"}')
