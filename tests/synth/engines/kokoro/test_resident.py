import gc
import threading
import weakref

import pytest

from synth.engines.kokoro.resident import Resident, give_memory_back


class Network:
    pass


@pytest.fixture
def house():
    """Makes a resident network; counts loads, and knows when one has gone."""

    class House:
        def __init__(self):
            self.loads, self.gone, self.last = 0, threading.Event(), None

        def load(self):
            self.loads += 1
            network = Network()
            self.last = weakref.ref(network)
            return network

        def open(self, unload_after, **options):
            self.resident = Resident(self.load, unload_after, self.gone.set, **options)
            return self.resident

    house = House()
    yield house
    house.resident.close()


def test_it_is_loaded_at_once_and_stays(house):
    resident = house.open(0)
    for _ in range(3):
        with resident.use() as network:
            assert isinstance(network, Network)

    assert (house.loads, resident.loaded) == (1, True)


def test_without_work_it_leaves_and_the_next_work_brings_it_back(house):
    resident = house.open(0.01)
    with resident.use():
        pass
    assert house.gone.wait(5)
    assert not resident.loaded
    assert house.last() is None

    with resident.use():
        assert house.loads == 2


def test_one_that_is_never_used_leaves_too(house):
    house.open(0.01)

    assert house.gone.wait(5)


def test_it_does_not_leave_while_it_is_used(house):
    resident = house.open(0.01)
    with resident.use() as network:
        assert not house.gone.wait(0.1)
        assert resident.loaded
        del network
    assert house.gone.wait(5)


def test_a_load_that_fails_is_told_and_tried_again(house):
    resident = house.open(0.01)
    assert house.gone.wait(5)
    works, house.resident._load = house.resident._load, lambda: 1 / 0
    with pytest.raises(ZeroDivisionError), resident.use():
        pass
    resident._load = works
    with resident.use():
        assert house.loads == 2


@pytest.mark.slow
def test_work_that_fails_does_not_keep_it(house):
    resident = house.open(0.01)
    with pytest.raises(ZeroDivisionError), resident.use():
        raise ZeroDivisionError

    assert house.gone.wait(5)


@pytest.mark.slow
def test_closing_lets_it_go(house):
    house.open(0).close()
    gc.collect()

    assert house.last() is None


@pytest.mark.slow
def test_whoever_uses_it_may_use_it_again_meanwhile(house):
    resident = house.open(0.01)
    with resident.use() as outer:
        with resident.use() as inner:
            assert inner is outer
        assert not house.gone.wait(0.05)  # though the inner use has ended
        assert resident.loaded
    del outer, inner

    assert house.gone.wait(5)


def test_it_stays_until_the_last_of_several_threads_is_through(house):
    resident, both = house.open(0.01), threading.Barrier(3)
    leave = [threading.Event(), threading.Event()]

    def work(event):
        with resident.use():
            both.wait(5)
            event.wait(5)

    threads = [threading.Thread(target=work, args=(event,)) for event in leave]
    for thread in threads:
        thread.start()
    both.wait(5)  # both are in it at once
    leave[0].set()
    threads[0].join()
    assert not house.gone.wait(0.05)
    leave[1].set()
    assert house.gone.wait(5)
    assert house.loads == 1


@pytest.mark.slow
def test_what_work_needed_is_given_back_when_there_is_none_for_a_while(house):
    resident = house.open(0, rest=0.01)

    assert house.gone.wait(5)
    assert resident.loaded
    house.gone.clear()
    with resident.use():
        assert not house.gone.wait(0.05)
    assert house.gone.wait(5)
    assert house.loads == 1


def test_giving_memory_back_does_no_harm():
    give_memory_back()
