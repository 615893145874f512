"""Real clients, pointed at Voxgate by configuration alone, do what they do with their own vendor."""

from functools import partial

import pytest
from harness.checks import Fault
from harness.driver import DriverError


def test_client(client, check, talks, site, record_property):
    try:
        figure = check.judge(talks.of(client, check.order, check.turns), partial(site.spoken, voice=client.voice))
    except (Fault, DriverError) as fault:
        record_property("cell", [client.name, check.name, False, str(fault)])
        pytest.fail(str(fault), pytrace=False)
    record_property("cell", [client.name, check.name, True, figure])
