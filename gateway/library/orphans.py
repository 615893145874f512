"""Files in the store that belong to no job any more: what processes left that were killed at the wrong moment.

A job's row is there before its first file and never comes again, so what is listed before its row is asked for, and
has none, is nobody's. Of a job that has ended its audio alone is its own.
"""

from collections.abc import Sequence

from sqlalchemy import select

from gateway.database.tables import jobs
from gateway.database.writing import Writing
from gateway.library.folders import Folder
from gateway.library.store import AudioStore
from gateway.library.trash import folder_of

OWNER = "voxgate-database"  # an object that says whose store it is


class Orphans:
    def __init__(self, writing: Writing, store: AudioStore, database: str) -> None:
        """database: a name of it, so that the files of another, in a store that both were given, are left alone."""
        self._writing = writing
        self._store = store
        self._database = database.encode()

    async def is_ours(self) -> bool:
        """Whether the store is this database's; who comes first has it. Raises FAILURES."""
        try:
            return await self._store.get(OWNER) == self._database
        except FileNotFoundError:
            await self._store.put(OWNER, self._database)
            return await self._store.get(OWNER) == self._database

    async def clear(self, folders: Sequence[Folder]) -> int:
        """How many files and folders were nobody's. Raises FAILURES."""
        shown = select(jobs.c.id, jobs.c.due_at, jobs.c.audio_path)
        async with self._writing.engine.connect() as connection:
            found = await connection.execute(shown.where(jobs.c.id.in_([folder.name for folder in folders])))
            known = {row.id: row for row in found}
        cleared = 0
        for folder in folders:
            row = known.get(folder.name)
            if row is None:
                await self._store.delete(folder_of(folder.name))
                cleared += 1
            elif row.due_at is None:
                for path in folder.paths:
                    if path != row.audio_path:
                        await self._store.delete_file(path)
                        cleared += 1
        return cleared
