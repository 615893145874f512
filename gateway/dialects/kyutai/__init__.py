"""Kyutai: moshi-server, and unmute, which speaks with it."""
