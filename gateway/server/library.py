"""Audio that is kept: where, what its owners do with it, who may listen, and how long it stays."""

import hashlib
import time
from dataclasses import dataclass

from gateway.accounts.attempts import WrongAttempts
from gateway.database.secrets import secret_of
from gateway.jobs.cancelling import cancelling
from gateway.library.chores import Chores
from gateway.library.library import Library
from gateway.library.links import Links
from gateway.library.listening import Listening
from gateway.library.orphans import Orphans
from gateway.library.retention import Keeping, Retention
from gateway.library.secrets import Tickets
from gateway.library.store import AudioStore, open_store
from gateway.library.sweeping import Sweeper
from gateway.library.trash import Trash
from gateway.server.endings import at_the_end
from gateway.server.ground import Ground


@dataclass(frozen=True, slots=True)
class Shelves:
    """guesses: wrong access codes, by share and address."""

    library: Library
    listening: Listening
    guesses: WrongAttempts


async def open_audio(ground: Ground) -> AudioStore:
    """Raises ConfigError: the place for it is of no use."""
    store = open_store(ground.config.audio_url, ground.config.data_dir / "audio")
    return AudioStore(store, Links(await secret_of(ground.writing, "links")))


async def open_library(ground: Ground, store: AudioStore) -> Shelves:
    writing, place = ground.writing, ground.place
    listening = Listening(writing, Tickets(await secret_of(writing, "tickets")), time.time)
    ground.stack.push_async_callback(listening.plays.write)
    ground.keep_doing(listening.plays.run())
    ground.keep_doing((await _sweeper(ground, store)).run())
    guesses = WrongAttempts(place.file("guesses"), place.slots, place.slot)
    return Shelves(Library(writing, store, time.time, cancelling(at_the_end(ground))), listening, guesses)


async def _sweeper(ground: Ground, store: AudioStore) -> Sweeper:
    config, writing = ground.config, ground.writing
    keeping = Keeping(config.keep_audio, config.keep_failed, config.keep_deliveries, config.keep_idempotency_keys)
    database = hashlib.sha256(await secret_of(writing, "store")).hexdigest()  # its name; the secret itself stays here
    retention, orphans = Retention(writing, keeping), Orphans(writing, store, database)
    return Sweeper(retention, Trash(writing, store), orphans, store, Chores(writing), ground.metrics)
