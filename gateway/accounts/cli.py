"""`voxgate keys` and `voxgate usage`: API keys and what they have used, also while the server runs."""

import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.accounts.keys import KeyRecord, KeyStore
from gateway.accounts.plans import PLANS, UNLIMITED, Scope
from gateway.accounts.usage import Ledger
from gateway.config import ConfigError, GatewayConfig
from gateway.database.opening import open_database
from gateway.database.writing import Writing
from gateway.errors import InvalidSetting

app = App(name="keys", help="API keys. A server with at least one key lets nobody in without.")
usage = App(name="usage", help="What each key has used, month by month.")


@app.command
async def create(
    name: Annotated[str, Parameter(help="Whose key it is; shown by `list`.")],
    *,
    plan: Annotated[str, Parameter(help="How much it may do: a plan of the settings, or a published one.")] = UNLIMITED,
    scope: Annotated[list[str] | None, Parameter(help="What it is for; again for another; default: all.")] = None,
) -> None:
    """Make a key and print its secret, once."""
    with _told_plainly("keys"):
        config = _config()
        known = {**PLANS, **config.plans}
        if plan not in known:
            raise InvalidSetting(f"there is no plan {plan!r}; there are: {', '.join(known)}")
        async with _opened(config) as database:
            record, secret = await KeyStore(database).create(name, plan, _scopes(scope or ()))
    print(secret)  # noqa: T201 - alone on stdout, so that a script can take it
    _say(f"Key {record.id} for {name!r}. Keep the secret: it cannot be shown again.")


@app.command(name="list")
async def list_keys() -> None:
    """Show all keys, without their secrets."""
    table = Table("id", "name", "plan", "scopes", "secret", "created", "revoked")
    for key in await _all_keys("keys"):
        revoked = "" if key.revoked_at is None else _date(key.revoked_at)
        scopes = " ".join(key.scopes) or "all"
        table.add_row(key.id, key.name, key.plan, scopes, f"{key.prefix}...", _date(key.created_at), revoked)
    Console(markup=False).print(table)  # a name may have brackets in it


@app.command
async def revoke(key_id: Annotated[str, Parameter(help="As shown by `list`.")]) -> None:
    """Refuse a key from now on; a running server follows within 5 seconds."""
    with _told_plainly("keys"):
        async with _opened(_config()) as database:
            if not await KeyStore(database).revoke(key_id):
                raise InvalidSetting(f"there is no active key {key_id!r}; see `voxgate keys list`")
    _say(f"Key {key_id} is revoked.")


@usage.default
async def show_usage() -> None:
    """Show what each key has used, the newest month first."""
    names = {key.id: key.name for key in await _all_keys("usage")}
    table = Table("month", "key", "name", "requests", "characters", "audio minutes")
    with _told_plainly("usage"):
        async with _opened(_config()) as database:
            for spent in await Ledger(Writing(database)).all():
                numbers = (f"{spent.requests}", f"{spent.characters}", f"{spent.audio_ms / 60_000:.1f}")
                table.add_row(spent.month, spent.key_id, names.get(spent.key_id, ""), *numbers)
    Console(markup=False).print(table)


def _scopes(words: Sequence[str]) -> list[Scope]:
    try:
        return [Scope(word) for word in words]
    except ValueError as error:
        raise InvalidSetting(f"{error}; there are: {', '.join(Scope)}") from error


async def _all_keys(command: str) -> list[KeyRecord]:
    with _told_plainly(command):
        async with _opened(_config()) as database:
            return await KeyStore(database).list()


@asynccontextmanager
async def _opened(config: GatewayConfig) -> AsyncIterator[AsyncEngine]:
    database = await open_database(config.database)
    try:
        yield database
    finally:
        await database.dispose()


def _config() -> GatewayConfig:
    return GatewayConfig.from_environ(os.environ)


@contextmanager
def _told_plainly(command: str) -> Iterator[None]:
    """What is wrong with the settings or the name ends the command with one line on stderr."""
    try:
        yield
    except (ConfigError, InvalidSetting) as error:
        sys.exit(f"voxgate {command}: {error}")


def _say(text: str) -> None:
    """Tell the person, not the script: stdout is for what was asked for."""
    Console(stderr=True, markup=False).print(text)


def _date(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))
