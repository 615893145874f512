"""The voices of the echo, for dialects that look them up."""

from gateway.core.voices import Voice, VoiceCatalog

NAMES = ("ann", "stuck", "silent", "broken", "endless", "gated", "mad")
CATALOG = VoiceCatalog([Voice(name, "echo", "en-us", "female", name, 8000, deterministic=True) for name in NAMES])
