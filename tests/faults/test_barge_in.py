"""Barge-ins at random phases of everything, proved by the load test's listener.

Nothing of a cleared text follows its answer, heard and unheard are the client's own text, and what is said next is
whole, to the sample.
"""

import pytest

from loadtest.fleet import Plan, talk
from loadtest.script import Style
from loadtest.wire import Target

pytestmark = pytest.mark.slow

# Hasty: nearly every turn is interrupted, anywhere between its first token and its end.
HASTY = Style(pace=60.0, words=(3, 14), turns=8, interrupted=0.95, think=0.05)


@pytest.mark.parametrize("engine", ["pace=0.9", "pace=0"])
async def test_nothing_of_a_cleared_text_follows_its_answer(gateway, engine):
    async with gateway(engine) as server:
        target = Target(server.url, f"127.0.0.1:{server.grpc_port}", "pcm_s16le")
        before = server.rss()
        found = await talk(Plan(target, 32, 8, 60.0, HASTY, contexts=2, clears=200))
        found.judge()

        assert found.faults.counts == {}, found.faults
        assert len(found.measures.clears) >= 200
        assert server.rss() - before < 20 << 20
