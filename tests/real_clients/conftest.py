"""Starts the gateway and the clients' processes; prints the table when all is asked."""

from collections.abc import Iterator, Sequence

import pytest
from harness.checks import CHECKS, Check
from harness.clients import CLIENTS, Client
from harness.driver import Conversation, Driver, DriverError
from harness.report import terminal_table, write_page
from harness.site import Site
from harness.site import site as open_site
from rich.console import Console

WIDTH = 220  # columns of the table when the output is no terminal


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as place:
        yield place


class Talks:
    """Each conversation is held once, however many checks judge it. One client's process at a time."""

    def __init__(self, site: Site, folder) -> None:
        self._site = site
        self._folder = folder
        self._held: dict[tuple[str, str], Conversation | DriverError] = {}
        self._driver: tuple[Client, Driver] | None = None

    def of(self, client: Client, order: str, turns: Sequence[str]) -> Conversation:
        if (client.name, order) not in self._held:
            try:
                self._held[client.name, order] = self._driver_of(client).ask(order, turns)
            except DriverError as error:
                self.close()
                self._held[client.name, order] = error
        held = self._held[client.name, order]
        if isinstance(held, DriverError):
            raise held
        return held

    def _driver_of(self, client: Client) -> Driver:
        if self._driver is None or self._driver[0] != client:
            self.close()
            self._site.come_from(f"127.0.1.{1 + CLIENTS.index(client)}")
            self._driver = (client, Driver(client, self._site, self._folder))
        return self._driver[1]

    def close(self) -> None:
        if self._driver:
            self._driver[1].close()
            self._driver = None


@pytest.fixture(scope="session")
def talks(site, tmp_path_factory) -> Iterator[Talks]:
    talks = Talks(site, tmp_path_factory.mktemp("audio"))
    yield talks
    talks.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "client" in metafunc.fixturenames:
        cells = [(client, check) for client in CLIENTS for check in CHECKS if check.name not in client.lacks]
        metafunc.parametrize(("client", "check"), [_cell(*cell) for cell in cells])


def _cell(client: Client, check: Check) -> object:
    marks = pytest.mark.xdist_group(client.name)
    return pytest.param(client, check, id=f"{client}-{check.name}".replace(" ", "-"), marks=marks)


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    found = [value for report in reports for name, value in report.user_properties if name == "cell"]
    cells = {(client, check): (good, text) for client, check, good, text in found}
    if cells:
        Console(width=WIDTH).print(terminal_table(cells))
        write_page(cells)
