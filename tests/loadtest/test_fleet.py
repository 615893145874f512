from typing import Any

import pytest

from loadtest.faults import Fault
from loadtest.fleet import Plan, talk
from loadtest.script import Style
from loadtest.wire import Target

QUICK = Style(pace=2000.0, words=(2, 6), turns=3, interrupted=0.4, think=0.0, speech=2000.0, listens=False)


async def found(url, **changes):
    """Until enough was said, however long a busy machine takes for it."""
    plan: dict[str, Any] = {"ws": 4, "contexts": 2, "seconds": 20.0, "clears": 8, "style": QUICK} | changes
    findings = await talk(Plan(Target(url, encoding="pcm_s16le"), **plan))
    findings.judge()
    return findings


@pytest.mark.slow
async def test_a_server_that_keeps_its_word_is_found_without_fault(scripted):
    async with scripted() as url:
        findings = await found(url)

    assert findings.faults.counts == {}
    assert len(findings.measures.turns) > 4
    assert len(findings.measures.clears) > 0
    assert findings.measures.audio_seconds > 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("does", "fault"),
    [
        ("drops a sample", Fault.DISPLACED_AUDIO),
        ("drops the last sample", Fault.DISPLACED_AUDIO),
        ("doubles a frame", Fault.DISPLACED_AUDIO),
        ("swaps two contexts", Fault.WRONG_AUDIO),
        ("speaks after cleared", Fault.AUDIO_AFTER_CLEARED),
        ("speaks after context_done", Fault.AFTER_CONTEXT_DONE),
        ("skips a number", Fault.SEQUENCE_HOLE),
        ("loses a character", Fault.HEARD_TEXT),
    ],
)
async def test_a_fault_is_found(scripted, does, fault):
    async with scripted(does) as url:
        findings = await found(url)

    assert findings.faults.counts[fault] > 0, findings.faults


@pytest.mark.slow
async def test_clients_of_an_open_loop_do_not_wait_for_each_other(scripted):
    async with scripted() as url:
        findings = await found(url, seconds=0.5, clears=0, rate=60.0)

    assert findings.faults.counts == {}
    assert 10 < len(findings.measures.connects) < 60


@pytest.mark.slow
async def test_a_server_that_is_not_there_is_a_fault():
    findings = await found("ws://127.0.0.1:9", ws=1, contexts=1, seconds=0.2)

    assert findings.faults.counts == {Fault.CONNECTION: 1}
