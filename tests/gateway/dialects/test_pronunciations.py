"""The same dictionary in every protocol of ours."""

import json

import pytest
from contract.catalog import CATALOG

from gateway.core.cleaning import Pronunciation
from gateway.dialects.native.http import SPEECH
from gateway.dialects.native.proto import NativeProtoDialect
from gateway.dialects.native.websocket import AudioMode, NativeDialect
from gateway.dialects.surface import Request, Settings
from gateway.errors import InvalidMessage
from protos import speech_pb2 as pb

WORDS = ({"phrase": "nginx", "alias": "engine x"}, {"phrase": "US", "ipa": "juː ɛs", "match_case": True})
READ = (Pronunciation("nginx", "engine x"), Pronunciation("US", ipa="juː ɛs", match_case=True))
REQUEST = Request({}, {}, {}, CATALOG, Settings())


def json_message():
    return json.dumps({"type": "open_context", "context_id": "a", "text_format": "ssml", "pronunciations": WORDS})


def proto_message():
    words = [pb.Pronunciation(**fields) for fields in WORDS]
    return pb.ClientMessage(open_context=pb.OpenContext(context_id="a", text_format="ssml", pronunciations=words))


@pytest.mark.parametrize(
    "opened",
    [
        lambda: NativeDialect(AudioMode.BASE64).decode(json_message())[0],
        lambda: NativeProtoDialect().decode(proto_message())[0],
        lambda: SPEECH.parse(REQUEST, json.dumps({"text": "x", "text_format": "ssml", "pronunciations": WORDS})).opened,
    ],
    ids=["native", "grpc", "http"],
)
def test_a_dictionary_is_read(opened):
    assert opened().pronunciations == READ
    assert opened().text_format == "ssml"


@pytest.mark.parametrize("wrong", ["nginx", {"nginx": "x"}, [{"alias": "x"}], [{"phrase": 1}]])
def test_what_is_no_dictionary_is_refused_with_its_place(wrong):
    message = json.dumps({"type": "open_context", "context_id": "a", "pronunciations": wrong})

    with pytest.raises(InvalidMessage, match=r"pronunciations|phrase"):
        NativeDialect(AudioMode.BASE64).decode(message)
