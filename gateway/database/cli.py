"""`voxgate migrate`: brings the database's tables to this version, before a server starts."""

import os
import sys

from rich.console import Console

from gateway.config import ConfigError, GatewayConfig
from gateway.database.opening import open_database, revision_of


async def migrate() -> None:
    """Bring the database to this version; a server does it by itself unless VOXGATE_MIGRATE=false."""
    try:
        database = await open_database(GatewayConfig.from_environ(os.environ).database)
    except ConfigError as error:
        sys.exit(f"voxgate migrate: {error}")
    try:
        Console(stderr=True, markup=False).print(f"The database's tables are {await revision_of(database)}.")
    finally:
        await database.dispose()
