"""The clients: how each is started, and what it does not have."""

from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent.parent

NO_STREAM = "its text goes out whole"
NO_SOCKET = "a request for each turn"
NO_TIMING = "reads no timing"
ONE_TURN = "a socket for each turn"
NO_KEY = "its protocol has no keys"
# The vendors' voices that the drivers name, as their users do.
CORAL = "coral"
GEORGE = "JBFqnCBsd6RMkjVDRZzb"
BILL = "bIHbv24MWmeRgasZH58o"  # agents-js' own default
LEO = "Magpie-Multilingual.EN-US.Leo"
CHARON = "en-US-Chirp3-HD-Charon"
LESSAC = "en_US-lessac-medium"
KATIE = "6ccbfb76-1fc6-48f7-b71d-91ac6298247b"


@dataclass(frozen=True, slots=True)
class Client:
    """name: as in the table. environment: "own", "python", "grpc", "pipecat-0.0" or "node".

    lacks: check -> why the client has none. voice: what it asks for, where that is not its default.
    loses_spaces: between sentences, where it has a word's time before it has sent the next one.
    """

    name: str
    environment: str
    driver: str
    way: str
    lacks: dict[str, str] = field(default_factory=dict)
    voice: str = ""
    loses_spaces: bool = False

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def _lacks(*reasons: str) -> dict[str, str]:
    checks = {
        NO_STREAM: "early",
        NO_SOCKET: "same socket",
        ONE_TURN: "same socket",
        NO_TIMING: "timing",
        NO_KEY: "refusal",
    }
    return {checks[reason]: reason for reason in reasons}


HTTP = _lacks(NO_STREAM, NO_SOCKET, NO_TIMING)
TIMED_HTTP = _lacks(NO_STREAM, NO_SOCKET)
UNTIMED = _lacks(NO_TIMING)


def _python(name: str, driver: str, way: str, lacks: dict[str, str] | None = None, voice: str = "") -> Client:
    return Client(name, "python", f"{driver}.py", way, lacks or {}, voice)


def _grpc(name: str, driver: str, way: str, lacks: dict[str, str], voice: str = "") -> Client:
    return Client(name, "grpc", f"{driver}.py", way, lacks, voice)


def _node(name: str, driver: str, way: str, lacks: dict[str, str] | None = None, voice: str = "") -> Client:
    return Client(name, "node", f"{driver}.mjs", way, lacks or {}, voice)


CLIENTS = (
    Client("voxgate (our own)", "own", "voxgate_client.py", "websocket"),
    _python("openai (mp3)", "openai_sdk", "mp3", HTTP, CORAL),
    _python("openai (pcm)", "openai_sdk", "pcm", HTTP, CORAL),
    _python("openai (events)", "openai_sdk", "sse", HTTP, CORAL),
    _python("elevenlabs convert_realtime", "elevenlabs_sdk", "realtime", _lacks(ONE_TURN, NO_TIMING), GEORGE),
    _python("elevenlabs stream", "elevenlabs_sdk", "stream", HTTP, GEORGE),
    _python("elevenlabs stream_with_timestamps", "elevenlabs_sdk", "timestamps", TIMED_HTTP, GEORGE),
    _python("cartesia websocket", "cartesia_sdk", "websocket", voice=KATIE),
    _python("cartesia bytes", "cartesia_sdk", "bytes", HTTP, KATIE),
    _python("cartesia sse", "cartesia_sdk", "sse", TIMED_HTTP, KATIE),
    _python("deepgram websocket", "deepgram_sdk", "websocket", UNTIMED),
    _python("deepgram websocket v2", "deepgram_sdk", "flux", UNTIMED),
    _python("deepgram http", "deepgram_sdk", "http", HTTP),
    _python("livekit-agents elevenlabs", "livekit_agents", "elevenlabs"),
    _python("livekit-agents elevenlabs word by word", "livekit_agents", "elevenlabs-words"),
    _python("livekit-agents elevenlabs eleven_v3", "livekit_agents", "elevenlabs-v3"),
    _python("livekit-agents elevenlabs http", "livekit_agents", "elevenlabs/http", HTTP),
    _python("livekit-agents openai", "livekit_agents", "openai", HTTP, "ash"),
    _python("livekit-agents openai tts-1", "livekit_agents", "openai-tts-1", HTTP, "ash"),
    Client("livekit-agents cartesia", "python", "livekit_agents.py", "cartesia", loses_spaces=True),
    _python("livekit-agents cartesia http", "livekit_agents", "cartesia/http", HTTP),
    _python("livekit-agents deepgram", "livekit_agents", "deepgram", UNTIMED),
    _python("livekit-agents deepgram v2", "livekit_agents", "deepgram-v2", UNTIMED),
    _python("livekit-agents deepgram http", "livekit_agents", "deepgram/http", HTTP),
    _python("livekit-agents inference", "livekit_agents", "inference"),
    _python("pipecat elevenlabs", "pipecat_bot", "pipecat/elevenlabs"),
    _python("pipecat elevenlabs token by token", "pipecat_bot", "pipecat/elevenlabs-tokens"),
    _python("pipecat elevenlabs http", "pipecat_bot", "pipecat/elevenlabs-http", _lacks(NO_SOCKET)),
    _python("pipecat elevenlabs dialogue", "pipecat_bot", "pipecat/elevenlabs-dialogue"),
    _python("pipecat openai", "pipecat_bot", "pipecat/openai", _lacks(NO_SOCKET, NO_TIMING), "alloy"),
    _python("pipecat cartesia", "pipecat_bot", "pipecat/cartesia"),
    _python("pipecat cartesia http", "pipecat_bot", "pipecat/cartesia-http", _lacks(NO_SOCKET, NO_TIMING)),
    _python("pipecat deepgram", "pipecat_bot", "pipecat/deepgram", UNTIMED),
    _python("pipecat deepgram v2", "pipecat_bot", "pipecat/deepgram-v2", UNTIMED),
    _python("pipecat deepgram http", "pipecat_bot", "pipecat/deepgram-http", _lacks(NO_SOCKET, NO_TIMING)),
    Client(
        "pipecat 0.0.100 elevenlabs",
        "pipecat-0.0",
        "pipecat_bot.py",
        "pipecat-0.0/elevenlabs",
        voice="21m00Tcm4TlvDq8ikWAM",
    ),
    _grpc("nvidia-riva-client", "riva_sdk", "online", _lacks(NO_STREAM), LEO),
    _grpc("google-cloud-texttospeech stream", "google_sdk", "stream", UNTIMED, CHARON),
    _grpc("google-cloud-texttospeech", "google_sdk", "whole", _lacks(NO_STREAM, NO_TIMING), CHARON),
    _grpc("wyoming stream", "wyoming_client", "stream", _lacks(NO_TIMING, NO_KEY), LESSAC),
    _grpc("wyoming", "wyoming_client", "whole", _lacks(NO_STREAM, NO_TIMING, NO_KEY), LESSAC),
    _node("openai-node (mp3)", "openai", "mp3", HTTP, CORAL),
    _node("openai-node (pcm)", "openai", "pcm", HTTP, CORAL),
    _node("elevenlabs-js stream", "elevenlabs", "stream", HTTP, GEORGE),
    _node("elevenlabs-js streamWithTimestamps", "elevenlabs", "timestamps", TIMED_HTTP, GEORGE),
    _node("cartesia-js websocket", "cartesia", "websocket", voice=KATIE),
    _node("@deepgram/sdk websocket", "deepgram", "websocket", UNTIMED),
    _node("agents-js elevenlabs", "agents", "elevenlabs", voice=BILL),
    _node("agents-js elevenlabs http", "agents", "elevenlabs/http", HTTP, BILL),
    _node("agents-js openai", "agents", "openai", HTTP, "alloy"),
    _node("agents-js cartesia", "agents", "cartesia"),
    _node("agents-js deepgram", "agents", "deepgram", _lacks(ONE_TURN, NO_TIMING)),
)
