"""The claims of docs/scheduling.md, at a quarter of their scale: of the listeners and of the engine."""

import math
from dataclasses import replace

import pytest

from loadtest.measure import summarise
from loadtest.scheduling.scene import CORE, EAGER, H200, SHORT, Scene
from loadtest.scheduling.simulation import Simulation
from loadtest.scheduling.study import everybody, ours
from synth.batching.order import by_arrival, by_deadline
from synth.engines import Cost

QUARTER = Cost(4 * H200.fixed, 4 * H200.per_second)
LIGHT, FULL, OVER = 300, 525, 700


def outcome(listeners, limits, order=by_deadline, **scene):
    return Simulation(Scene(listeners, QUARTER, limits, order, seconds=90.0, **scene)).run()


def first_audio(found):
    return summarise(found.first).p95


@pytest.fixture(scope="module")
def overloaded():
    return outcome(OVER, ours(64))


@pytest.fixture(scope="module")
def flooded():
    return outcome(OVER, everybody(64))


def test_who_can_be_served_is_served():
    light = outcome(LIGHT, ours(64))

    assert light.refused == 0
    assert light.smooth == 1.0
    assert summarise(light.first).highest < 1.0
    assert light.turns > 2 * LIGHT


@pytest.mark.slow
def test_first_audio_comes_first_when_the_engine_is_full():
    early, late = (outcome(FULL, everybody(64), order) for order in (by_deadline, by_arrival))

    assert first_audio(early) < 0.25
    assert first_audio(late) > 1.5 * first_audio(early)


@pytest.mark.slow
def test_refusing_the_surplus_keeps_the_promise_to_the_others(overloaded, flooded):
    assert flooded.smooth < 0.3
    assert overloaded.smooth > 0.99
    assert first_audio(overloaded) < 0.25 < first_audio(flooded)


@pytest.mark.slow
def test_refusing_the_surplus_leaves_the_engine_as_busy(overloaded, flooded):
    assert overloaded.refused > 0
    assert overloaded.audio > 0.97 * flooded.audio


@pytest.mark.slow
def test_it_is_the_same_each_time():
    assert outcome(LIGHT, ours(64)) == outcome(LIGHT, ours(64))


@pytest.mark.slow
def test_the_halves_of_a_model_speak_what_the_whole_speaks():
    halves = outcome(LIGHT, ours(64), halves=True)

    assert halves.smooth == 1.0
    assert halves.audio == pytest.approx(outcome(LIGHT, ours(64)).audio, rel=0.1)


def test_a_worker_that_is_chosen_by_its_wait_is_heard_sooner():
    def chosen(by):
        scene = Scene(20, CORE, everybody(1), texts=SHORT, workers=8, choose=by, seconds=400.0)
        return first_audio(Simulation(scene).run())

    assert chosen("wait") < 0.8 * min(chosen("count"), chosen("audio"))


def test_a_core_that_can_be_interrupted_is_heard_sooner_and_speaks_as_much():
    def outcome(breathes):
        scene = Scene(6, CORE, ours(1), texts=SHORT, workers=2, breathes=breathes, seconds=1000.0)
        return Simulation(scene).run()

    whole, breathing = outcome(breathes=False), outcome(breathes=True)
    assert first_audio(breathing) < 0.7 * first_audio(whole)
    assert breathing.audio == pytest.approx(whole.audio, rel=0.05)


@pytest.mark.parametrize("listeners", [1, 2])
def test_cores_that_help_each_other_are_heard_sooner(listeners):
    scene = Scene(listeners, CORE, ours(1), texts=SHORT, breathes=True, engines=2, seconds=3000.0)
    alone, helped = Simulation(scene).run(), Simulation(replace(scene, helps=True)).run()

    assert first_audio(helped) < 0.8 * first_audio(alone)
    assert helped.smooth > alone.smooth - 0.01


def test_a_full_engine_speaks_as_much_with_help():
    scene = Scene(8, CORE, ours(1), texts=EAGER, breathes=True, engines=2, in_order=True, seconds=900.0)
    alone, helped = Simulation(scene).run(), Simulation(replace(scene, helps=True)).run()

    assert helped.audio > 0.99 * alone.audio
    assert helped.smooth > 0.95 * alone.smooth


def test_one_queue_for_two_cores_leaves_fewer_gaps_than_a_queue_each():
    scene = Scene(4, CORE, ours(1), texts=EAGER, breathes=True, seconds=1500.0)
    each, one = Simulation(replace(scene, workers=2)).run(), Simulation(replace(scene, engines=2)).run()

    assert 1 - one.smooth < (1 - each.smooth) / 2
    assert one.refused < each.refused
    assert one.audio == pytest.approx(each.audio, rel=0.02)


def test_who_was_refused_first_is_taken_on_first_and_with_fewer_gaps():
    scene = Scene(8, CORE, ours(1), texts=EAGER, breathes=True, engines=2, seconds=900.0)
    by_chance, in_order = (Simulation(replace(scene, in_order=in_order)).run() for in_order in (False, True))

    assert summarise(in_order.waits).p95 < 0.85 * summarise(by_chance.waits).p95
    assert 1 - in_order.smooth < (1 - by_chance.smooth) / 2
    assert in_order.refused < by_chance.refused
    assert in_order.audio == pytest.approx(by_chance.audio, rel=0.02)


@pytest.mark.slow
def test_an_order_leaves_a_card_as_busy():
    by_chance, in_order = (outcome(OVER, ours(64), in_order=in_order) for in_order in (False, True))

    assert in_order.audio > 0.97 * by_chance.audio
    assert summarise(in_order.waits).p95 < 1.3 * summarise(by_chance.waits).p95


def test_a_listener_asks_again_for_a_turn_that_was_refused():
    limits = ours(1, max_queued_audio=0.01, max_late=0.01, headroom=0.01)
    found = outcome(20, limits)

    assert found.refused > 0
    assert found.turns > 0
    assert math.isfinite(first_audio(found))
