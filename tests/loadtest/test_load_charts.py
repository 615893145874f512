from loadtest.load_charts import charts
from loadtest.plot import draw


def result(load, p50, p95, spoken):
    return {**load, "first_audio": {"p50": p50, "p95": p95}, "audio_per_second": spoken}


RESULTS = [
    result({"clients": 1}, 0.5, 1.0, 3.0),
    result({"clients": 2}, 0.6, 2.0, 6.0),
    result({"rate": 0.1}, 0.4, 0.8, 1.1),
]


def test_each_kind_of_load_has_its_charts():
    closed_first, closed_spoken, open_first, open_spoken = charts(RESULTS)

    assert closed_first.lines == {"first audio, p50": [(1, 0.5), (2, 0.6)], "first audio, p95": [(1, 1.0), (2, 2.0)]}
    assert closed_spoken.lines == {"audio seconds a second": [(1, 3.0), (2, 6.0)]}
    assert (open_first.across, open_spoken.across) == ("turns a second", "turns a second")
    assert "turns a second" in draw(charts(RESULTS))


def test_without_such_a_load_there_is_no_chart_of_it():
    assert [chart.across for chart in charts(RESULTS[:2])] == ["clients at once"] * 2
