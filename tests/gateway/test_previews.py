import asyncio
from contextlib import asynccontextmanager

import pytest

from gateway.core.events import Limits
from gateway.core.samples import sample_of
from gateway.errors import Draining, NotReady, Overloaded, SpeechError, UnknownVoice
from gateway.jobs.patience import PatientSynth
from gateway.library.links import Links
from gateway.library.store import AudioStore, open_store
from gateway.previews import Previews, path_of
from gateway.runner import Runner


@pytest.fixture
def store(tmp_path):
    return AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))


@pytest.fixture
def runner(gateway):
    return Runner(PatientSynth(gateway.synth, 0.01), gateway.encoders, gateway.metrics, Limits(), 5.0, live=False)


@asynccontextmanager
async def running(previews):
    making = asyncio.create_task(previews.run())
    async with asyncio.timeout(20):
        yield
    making.cancel()
    await asyncio.wait([making])


@pytest.fixture
async def made(gateway, runner, store):
    """(previews, the catalogue)"""
    previews = Previews(runner, store, 60.0)
    async with running(previews):
        yield previews, gateway.synth.catalog


def said(synth):
    """All that was asked for, once."""
    return "".join(asked.text for asked in synth.asked).replace("  ", " ")


async def test_many_askers_are_one_synthesis_and_it_is_kept(made, synth, store):
    previews, catalog = made

    urls = await asyncio.gather(*(previews.url("ann", catalog, 10.0) for _ in range(20)))
    again = await Previews(previews.runner, store, 60.0).url("ann", catalog, 0.0)

    assert said(synth) == sample_of("en-us", "Ann")
    path = path_of(catalog.resolve("ann", ""))
    assert all(f"/{path}?" in url for url in [*urls, again])
    assert (await store.get(path))[0] == 0xFF  # MPEG's frame
    assert await store.list("previews") == [path]


async def test_a_voice_speaks_its_own_language(made, synth):
    previews, catalog = made

    await previews.url("bob", catalog, 10.0)

    assert said(synth) == sample_of("de", "Bob") != sample_of("sq", "Albanian") == "Albanian."


async def test_who_does_not_wait_is_told_to_ask_again_and_it_is_made(made, synth):
    previews, catalog = made

    with pytest.raises(NotReady):
        await previews.url("gated", catalog, 0.0)
    synth.gate.set()
    assert await previews.url("gated", catalog, 10.0)

    assert said(synth) == sample_of("en-us", "Gated")


async def test_only_what_is_listed_has_one(made, synth):
    previews, catalog = made

    for name in ("nobody", "ann+f3", "ann(2)+bob"):
        with pytest.raises(UnknownVoice):
            await previews.url(name, catalog, 0.0)
    assert not synth.asked


async def test_a_voice_that_fails_leaves_nothing_and_is_tried_again(made, synth, store):
    previews, catalog = made

    for _ in range(2):
        with pytest.raises(SpeechError):
            await previews.url("broken", catalog, 10.0)

    assert await store.list("previews") == []
    assert len(synth.asked) > 1


async def test_no_more_than_so_many_are_made_at_a_time(runner, synth, store):
    previews, catalog = Previews(runner, store, 60.0, most=1), synth.catalog

    async with running(previews):
        with pytest.raises(NotReady):
            await previews.url("gated", catalog, 0.0)
        with pytest.raises(Overloaded):
            await previews.url("ann", catalog, 0.0)
        synth.gate.set()
        await previews.url("gated", catalog, 10.0)
        assert await previews.url("ann", catalog, 10.0)


async def test_a_server_that_goes_away_says_so_and_leaves_nothing(runner, synth, store):
    previews = Previews(runner, store, 60.0)
    making = asyncio.create_task(previews.run())
    asking = asyncio.create_task(previews.url("gated", synth.catalog, 10.0))
    await synth.asked.length(1)

    making.cancel()

    with pytest.raises(Draining):
        await asking
    assert await store.list("previews") == []
