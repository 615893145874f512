"""The table client x check, on the terminal and in docs/clients.md."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.checks import CHECKS
from harness.clients import CLIENTS, Client
from rich.table import Table

PAGE = Path(__file__).parents[3] / "docs" / "clients.md"
BETWEEN = re.compile(r"(?<=<!-- the table -->\n).*(?=<!-- its end -->)", re.DOTALL)

# (client, check) -> (whether it is as it should be, the figure or the reason)
Cells = Mapping[tuple[str, str], tuple[bool, str]]


def terminal_table(cells: Cells) -> Table:
    table = Table("client", *(check.title for check in CHECKS), title="Real clients against Voxgate")
    for client in CLIENTS:
        if any((client.name, check.name) in cells for check in CHECKS):
            table.add_row(client.name, *(_shown(cells, client, check.name) for check in CHECKS))
    return table


def _shown(cells: Cells, client: Client, check: str) -> str:
    if (client.name, check) not in cells:
        return f"[dim]{client.lacks[check]}[/]" if check in client.lacks else ""
    good, text = cells[client.name, check]
    return f"[green]yes[/] {_escape(text)[:60]}" if good else f"[red]no[/] {_escape(text)[:200]}"


def _escape(text: str) -> str:
    return text.replace("[", "\\[")


def write_page(cells: Cells) -> None:
    """Only a whole table replaces the page's."""
    expected = {(client.name, check.name) for client in CLIENTS for check in CHECKS if check.name not in client.lacks}
    if expected == set(cells):
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(BETWEEN.sub(lambda _: "\n".join([*_markdown(cells), ""]), page), encoding="utf-8")


def _markdown(cells: Cells) -> Iterable[str]:
    yield "| client | " + " | ".join(check.title for check in CHECKS) + " |"
    yield "|---" * (1 + len(CHECKS)) + "|"
    for client in CLIENTS:
        row = [_written(cells, client, check.name) for check in CHECKS]
        yield f"| {client.name} | " + " | ".join(row) + " |"


def _written(cells: Cells, client: Client, check: str) -> str:
    if check in client.lacks:
        return f"the client has none: {client.lacks[check]}"
    good, text = cells[client.name, check]
    return "yes" if good else f"no: {text.splitlines()[0][:100]}"
