"""The clients that the contract asks: one module for each vendor, one line here."""

from contract import cartesia, native, voiceai

CLIENTS = (
    *native.CLIENTS,
    *voiceai.CLIENTS,
    *cartesia.CLIENTS,
)
