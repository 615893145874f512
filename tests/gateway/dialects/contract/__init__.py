"""The clients that the contract asks: one module for each vendor, one line here."""

from contract import cartesia, elevenlabs, native, voiceai

CLIENTS = (
    *elevenlabs.CLIENTS,
    *native.CLIENTS,
    *voiceai.CLIENTS,
    *cartesia.CLIENTS,
)
