"""Wyoming: how Home Assistant speaks with voices."""
