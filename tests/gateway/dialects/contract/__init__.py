"""The clients that the contract asks: one module for each vendor, one line here."""

from contract import cartesia, deepgram, elevenlabs, google, kyutai, livekit, native, riva, voiceai, wyoming

CLIENTS = (
    *cartesia.CLIENTS,
    *deepgram.CLIENTS,
    *elevenlabs.CLIENTS,
    *google.CLIENTS,
    *kyutai.CLIENTS,
    *livekit.CLIENTS,
    *native.CLIENTS,
    *riva.CLIENTS,
    *voiceai.CLIENTS,
    *wyoming.CLIENTS,
)
