"""LiveKit Inference's key: what its clients show is a token that they have signed."""

import base64
import hashlib
import hmac
import json

import aiohttp
import pytest

PATH = "/v1/tts?model=cartesia/sonic-3"
CREATE = {"type": "session.create", "sample_rate": "8000", "encoding": "pcm_s16le", "extra": {}}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(claims, secret):
    """As livekit-api does: a JWT, HS256."""
    parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.digest(secret.encode(), b".".join(parts), hashlib.sha256)
    return b".".join([*parts, encoded(signature)]).decode()


def token(key, secret="any"):
    return signed({"inference": {"perform": True}, "sub": "agent", "iss": key, "nbf": 0, "exp": 1}, secret)


async def connect(site, bearer):
    return site.http.ws_connect(PATH, headers={"Authorization": f"Bearer {bearer}"})


async def test_the_key_is_the_tokens_issuer(site):
    _, key = await site.keys.create("app")
    async with await connect(site, token(key)) as socket:
        await socket.send_json(CREATE)
        await socket.send_json({"type": "input_transcript", "transcript": "Hello there. "})
        await socket.send_json({"type": "session.flush"})
        kinds, ids = [], set()
        while kinds[-1:] != ["done"]:
            message = await socket.receive_json()
            kinds.append(message["type"])
            ids.add(message["session_id"])

    assert kinds == ["session.created", "output_alignment", "output_audio", "done"]
    assert len(ids) == 1


@pytest.mark.parametrize(
    "bearer", [token("vg_wrong"), token(""), signed({}, "s"), "a.b.c", "a.=.c", "..", "\u00e9.e.e"]
)
async def test_another_token_is_refused_before_the_upgrade(site, bearer):
    await site.keys.create("app")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with await connect(site, bearer):
            pass

    assert refused.value.status == 401


async def test_hanging_up_is_the_interruption(site):
    async with await connect(site, "none") as socket:
        await socket.send_json({**CREATE, "voice": "stuck"})
        await socket.send_json({"type": "input_transcript", "transcript": "Hello there. "})
        await socket.send_json({"type": "session.flush"})
        await site.synth.asked.length(1)
        await socket.close()
        await site.synth.abandoned.length(1)

    assert len(site.synth.abandoned) == 1
