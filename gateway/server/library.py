"""Audio that is kept."""

from gateway.database.secrets import secret_of
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.server.ground import Ground


async def open_audio(ground: Ground) -> AudioStore:
    """Raises ConfigError: the place for it is of no use."""
    store = open_store(ground.config.audio_url, ground.config.data_dir / "audio")
    return AudioStore(store, Links(await secret_of(ground.writing, "links")))
