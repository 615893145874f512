"""What a client of a hosted API wants, as a job. Values only."""

from dataclasses import replace

import pytest

from gateway.core.events import OpenContext
from gateway.core.formats import AudioFormat
from gateway.core.voices import Voice, VoiceCatalog
from gateway.dialects.desk.wanted import Wanted
from gateway.dialects.surface import Request, Settings
from gateway.ordering import idempotency_of, note_of, order_of

CATALOG = VoiceCatalog([Voice("ann", "echo", "en-us", "female", "Ann", 8000, deterministic=True)])
WANTED = Wanted(OpenContext("", "ann", output=AudioFormat("mp3")), "<speak>Hello.</speak>", characters=6)


def request(origin="https://here", price=10.0):
    return Request({}, {}, {}, CATALOG, Settings(prices={"*": price}), "req", origin)


def test_what_a_text_costs_is_kept_with_its_job():
    order = order_of(request(price=500.0), WANTED, "aitts", webhook_url="https://example.com/hook", batch="b")

    note = note_of(order)
    assert (note.characters, note.credits, note.origin) == (6, 3.0, "https://here")
    assert (note.webhook_url, note.batch, order.urgent) == ("https://example.com/hook", "b", False)
    assert order_of(request(), replace(WANTED, stream=True), "aitts").urgent


def test_the_same_request_is_the_same_whatever_it_costs_and_whatever_the_server_is_called():
    first, second = (idempotency_of("key", WANTED, "aitts") for _ in range(2))
    orders = [
        order_of(request("https://here", 1.0), WANTED, "aitts"),
        order_of(request("http://there"), WANTED, "aitts"),
    ]

    assert first == second
    assert orders[0] != orders[1]
    assert idempotency_of(None, WANTED, "aitts") is None


@pytest.mark.parametrize(
    "changed",
    [{"metadata": {"a": 1}}, {"webhook_url": "https://example.com/"}, {"text": "Other."}, {"stream": True}],
)
def test_another_request_with_the_same_key_is_another(changed):
    assert idempotency_of("key", replace(WANTED, **changed), "aitts") != idempotency_of("key", WANTED, "aitts")
