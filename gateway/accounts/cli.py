"""`voxgate keys`: make, list and revoke API keys, also while the server runs."""

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from gateway.accounts.keys import KeyStore
from gateway.config import ConfigError, GatewayConfig
from gateway.database.opening import open_database
from gateway.errors import InvalidSetting

app = App(name="keys", help="API keys. A server with at least one key lets nobody in without.")


@asynccontextmanager
async def _key_store() -> AsyncIterator[KeyStore]:
    """What is wrong with the settings or the name ends the command with one line on stderr."""
    try:
        database = await open_database(GatewayConfig.from_environ(os.environ).database)
        try:
            yield KeyStore(database)
        finally:
            await database.dispose()
    except (ConfigError, InvalidSetting) as error:
        sys.exit(f"voxgate keys: {error}")


@app.command
async def create(name: Annotated[str, Parameter(help="Whose key it is; shown by `list`.")]) -> None:
    """Make a key and print its secret, once."""
    async with _key_store() as keys:
        record, secret = await keys.create(name)
    print(secret)  # noqa: T201 - alone on stdout, so that a script can take it
    Console(stderr=True).print(
        f"Key {record.id} for {name!r}. Keep the secret: it cannot be shown again.", markup=False
    )


@app.command(name="list")
async def list_keys() -> None:
    """Show all keys, without their secrets."""
    table = Table("id", "name", "secret", "created", "revoked")
    async with _key_store() as keys:
        for key in await keys.list():
            revoked = "" if key.revoked_at is None else _date(key.revoked_at)
            table.add_row(key.id, key.name, f"{key.prefix}...", _date(key.created_at), revoked)
    Console(markup=False).print(table)  # a name may have brackets in it


@app.command
async def revoke(key_id: Annotated[str, Parameter(help="As shown by `list`.")]) -> None:
    """Refuse a key from now on; a running server follows within 5 seconds."""
    async with _key_store() as keys:
        if not await keys.revoke(key_id):
            sys.exit(f"voxgate keys: there is no active key {key_id!r}; see `voxgate keys list`")
    _say(f"Key {key_id} is revoked.")


def _say(text: str) -> None:
    """Tell the person, not the script: stdout is for what was asked for."""
    Console(stderr=True, markup=False).print(text)


def _date(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
