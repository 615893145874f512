import json

import pytest

from synth.engines.kokoro.bench.__main__ import bench
from synth.engines.kokoro.bench.exact import measure_exactness
from synth.engines.kokoro.model.loading import open_model
from synth.engines.kokoro.model.precision import Precision


@pytest.mark.slow
def test_batches_of_the_whole_network_are_exact(small_checkpoint):
    model = open_model(small_checkpoint / "config.json", small_checkpoint / "model.pth", precision=Precision())

    found = measure_exactness(model, batches=3, threads=(1,), seed=0)

    assert found.batches == 3
    assert found.rows >= 6
    assert found.worst >= 110
    assert found.other_durations == 0


@pytest.mark.slow
def test_a_front_in_float32_is_found_out(small_checkpoint):
    files = small_checkpoint / "config.json", small_checkpoint / "model.pth"

    found = measure_exactness(open_model(*files), batches=3, threads=(1,), seed=0)

    assert found.worst < 110


def test_it_prints_one_line(small_checkpoint, capsys):
    bench(checkpoint=small_checkpoint, batches=1, threads=(1,), repeats=0)

    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["exact"]["batches"] == 1


def test_it_tells_how_much_sooner_a_row_is_there_with_a_second_core(small_checkpoint, capsys):
    bench(checkpoint=small_checkpoint, batches=0, repeats=0, helped=1, tokens=(4, 40))

    for found in json.loads(capsys.readouterr().out)["helped"]:
        assert found["same"]
        assert found["alone"] > 0
        assert found["helped"] > 0


def test_it_tells_how_much_sooner_two_windows_are_heard(small_checkpoint, capsys):
    bench(checkpoint=small_checkpoint, batches=0, repeats=0, windowed=1, tokens=(4, 40))

    [found] = json.loads(capsys.readouterr().out)["windowed"]
    assert found["first"] < found["whole"] < 2 * found["all"]
    assert 0.5 <= found["begun"] < found["seconds"]
    assert 20 < found["begun_distance"] < found["rest_distance"] < 60


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the package's own
def test_it_times_the_package_too(true_checkpoint, capsys):
    bench(checkpoint=true_checkpoint, batches=0, repeats=1, tokens=(6, 9))

    line = json.loads(capsys.readouterr().out)
    assert line["ratio"] > 0.5
    assert all(speed["ours"] > 0 and speed["package"] > 0 for speed in line["speed"])
