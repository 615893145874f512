"""The services of the gRPC port: each method leads to its dialect.

The names are the generated ones. Streams are coroutines that write to the context, which grpc.aio takes as well as
iterators.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from gateway.dialects import riva
from gateway.dialects.google.listing import list_voices
from gateway.dialects.google.stream import GoogleStreamDialect
from gateway.dialects.google.whole import GoogleSpeechDialect
from gateway.dialects.native import proto as native
from gateway.synthesizer import Synthesizer
from gateway.transports.grpc.call import Calls
from protos import google_tts_pb2 as google_pb
from protos import google_tts_pb2_grpc, riva_pb2_grpc, speech_pb2_grpc
from protos import riva_pb2 as riva_pb
from protos import speech_pb2 as pb


@dataclass(frozen=True, slots=True)
class SpeechServicer(speech_pb2_grpc.SpeechServicer):
    """Ours."""

    calls: Calls
    synth: Synthesizer

    async def StreamingSynthesize(self, request_iterator: Any, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        await self.calls.stream(request_iterator, context, native.NativeProtoDialect())

    async def Synthesize(self, request: pb.SynthesizeRequest, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        dialect = native.NativeProtoDialect(one_text=True)
        await self.calls.stream(_conversation(request), context, dialect)

    async def ListVoices(self, request: pb.ListVoicesRequest, context: Any) -> Any:  # noqa: N802
        return await self.calls.look_up(context, lambda: native.list_voices(self.synth.catalog, request))


@dataclass(frozen=True, slots=True)
class RivaServicer(riva_pb2_grpc.RivaSpeechSynthesisServicer):
    calls: Calls
    synth: Synthesizer

    async def SynthesizeOnline(self, request_iterator: Any, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        await self.calls.stream(request_iterator, context, riva.RivaDialect(self.synth.catalog, whole=False))

    async def Synthesize(self, request: riva_pb.SynthesizeSpeechRequest, context: Any) -> Any:  # noqa: N802
        return await self.calls.answer(request, context, riva.RivaDialect(self.synth.catalog, whole=True))

    async def GetRivaSynthesisConfig(self, request: riva_pb.RivaSynthesisConfigRequest, context: Any) -> Any:  # noqa: N802
        return await self.calls.look_up(context, lambda: riva.config(self.synth.catalog, request.model_name))


@dataclass(frozen=True, slots=True)
class GoogleServicer(google_tts_pb2_grpc.TextToSpeechServicer):
    calls: Calls
    synth: Synthesizer

    async def StreamingSynthesize(self, request_iterator: Any, context: Any) -> None:  # type: ignore[override]  # noqa: N802
        await self.calls.stream(request_iterator, context, GoogleStreamDialect(self.synth.catalog))

    async def SynthesizeSpeech(self, request: google_pb.SynthesizeSpeechRequest, context: Any) -> Any:  # noqa: N802
        return await self.calls.answer(request, context, GoogleSpeechDialect(self.synth.catalog))

    async def ListVoices(self, request: google_pb.ListVoicesRequest, context: Any) -> Any:  # noqa: N802
        return await self.calls.look_up(context, lambda: list_voices(self.synth.catalog, request.language_code))


async def _conversation(request: pb.SynthesizeRequest) -> AsyncIterator[pb.ClientMessage]:
    """One text, known whole: the client waits for all of it, so nothing bounds how far ahead it is made."""
    opened = pb.OpenContext()
    opened.CopyFrom(request.context)
    opened.context_id = opened.context_id or "request"
    if not opened.HasField("max_lead"):
        opened.max_lead = 0
    yield pb.ClientMessage(open_context=opened)
    yield pb.ClientMessage(append_text=pb.AppendText(context_id=opened.context_id, text=request.text))
    yield pb.ClientMessage(close_context=pb.CloseContext(context_id=opened.context_id))
