"""How transcripts are written where a protocol is no WebSocket: `# wire NAME` instead of `# path`.

# wire riva                             a gRPC call
> {"text":"Hello.","voiceName":"ann"}   a request, as protobuf writes its messages in JSON
> end                                   the client has said all that it will say
< {"audio":"..."}
< status INVALID_ARGUMENT why           the call fails

# wire wyoming
> {"type":"synthesize","data":{"text":"Hello."}}
< {"type":"audio-chunk","data":{...},"payload":"Hello."}    the payload is text, as the voice is an echo
"""

import json

from google.protobuf.json_format import MessageToDict, ParseDict

from gateway.dialects import Close
from gateway.dialects.google.stream import GoogleStreamDialect
from gateway.dialects.google.whole import GoogleSpeechDialect
from gateway.dialects.riva import RivaDialect
from gateway.dialects.wyoming.conversation import WyomingDialect
from gateway.dialects.wyoming.frames import WyomingEvent
from gateway.errors import SpeechError
from protos import google_tts_pb2, riva_pb2


class CallScript:
    def __init__(self, dialect, request):
        self.dialect = dialect
        self._request = request

    def frame_of(self, said):
        return None if said == "end" else ParseDict(json.loads(said), self._request())

    def written(self, frame):
        if isinstance(frame, Close):
            return f"close {frame.code}"
        if isinstance(frame, SpeechError):
            return f"status {frame.code} {frame.message}"
        return compact(MessageToDict(frame))


class WyomingScript:
    def __init__(self, dialect):
        self.dialect = dialect

    def frame_of(self, said):
        event = json.loads(said)
        return WyomingEvent(event["type"], event.get("data", {}))

    def written(self, frame):
        if isinstance(frame, Close):
            return f"close {frame.code}"
        fields = {"type": frame.type, "data": frame.data, "payload": frame.payload.decode()}
        return compact({name: value for name, value in fields.items() if value})


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


WIRES = {
    "google": lambda catalog: CallScript(GoogleStreamDialect(catalog), google_tts_pb2.StreamingSynthesizeRequest),
    "google_whole": lambda catalog: CallScript(GoogleSpeechDialect(catalog), google_tts_pb2.SynthesizeSpeechRequest),
    "riva": lambda catalog: CallScript(RivaDialect(catalog, whole=False), riva_pb2.SynthesizeSpeechRequest),
    "riva_whole": lambda catalog: CallScript(RivaDialect(catalog, whole=True), riva_pb2.SynthesizeSpeechRequest),
    "wyoming": lambda catalog: WyomingScript(WyomingDialect(lambda: catalog)),
}
