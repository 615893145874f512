import os
import subprocess
import sys
from typing import Any

import pytest

from gateway.metrics import Metrics, forget_process
from gateway.metrics_directory import metrics_environment

SERVE = """
import sys
from gateway.metrics import Metrics
metrics = Metrics()
with metrics.streams_active.labels("native").track_inprogress():
    metrics.characters_total.inc(100)
    metrics.ttfa_seconds.labels("native").observe(0.2)
    metrics.worker_up.labels("127.0.0.1:50061").set(int(sys.argv[1]))
    print("counted", flush=True)
    sys.stdin.read()
"""


def numbers(metrics):
    """Series to value, as a scraper reads them."""
    lines = metrics.render().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_every_number_has_a_name_of_ours_and_a_sentence_of_help():
    described = [line.split(" ", 3)[2:] for line in Metrics().render().decode().splitlines() if "# HELP" in line]

    assert described
    assert all(name.startswith("voxgate_") and len(text) > 10 for name, text in described)


def test_no_text_key_or_voice_is_a_label():
    labels = {label for metric in Metrics().registry.collect() for sample in metric.samples for label in sample.labels}

    assert labels <= {"protocol", "outcome", "reason", "kind", "worker", "format", "version", "le"}


def test_a_connection_counts_as_long_as_it_is_open():
    metrics = Metrics()
    series = 'voxgate_streams_active{protocol="native"}'

    with metrics.streams_active.labels("native").track_inprogress():
        assert numbers(metrics)[series] == 1

    assert numbers(metrics)[series] == 0


def test_amounts_add_up():
    metrics = Metrics()
    metrics.bytes_sent_total.labels("ogg_opus").inc(300)
    metrics.bytes_sent_total.labels("ogg_opus").inc(200)
    metrics.contexts_total.labels("cancelled").inc()

    assert numbers(metrics)['voxgate_bytes_sent_total{format="ogg_opus"}'] == 500
    assert numbers(metrics)['voxgate_contexts_total{outcome="cancelled"}'] == 1


def test_durations_fall_into_buckets_that_end_where_the_promises_are():
    metrics = Metrics()
    metrics.chunk_gap_seconds.observe(0.08)
    metrics.chunk_gap_seconds.observe(0.081)

    assert numbers(metrics)['voxgate_chunk_gap_seconds_bucket{le="0.08"}'] == 1
    assert numbers(metrics)["voxgate_chunk_gap_seconds_count"] == 2


def test_the_numbers_of_one_server_are_not_those_of_another():
    Metrics().characters_total.inc()

    assert numbers(Metrics())["voxgate_characters_total"] == 0


def test_the_build_is_told():
    assert any(series.startswith("voxgate_build_info{version=") for series in numbers(Metrics()))


def test_a_directory_with_old_numbers_is_not_used_again(tmp_path):
    metrics_environment(tmp_path / "metrics")

    with pytest.raises(FileExistsError):
        metrics_environment(tmp_path / "metrics")


@pytest.mark.slow
def test_several_processes_show_their_sum_and_forget_what_a_dead_one_had_open(tmp_path, monkeypatch):
    environment = metrics_environment(tmp_path / "metrics")
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": os.environ | environment}
    with (
        subprocess.Popen([sys.executable, "-c", SERVE, "1"], **pipes) as first,
        subprocess.Popen([sys.executable, "-c", SERVE, "0"], **pipes) as second,
    ):
        assert first.stdout.readline() == second.stdout.readline() == b"counted\n"
        # This process imported the library without the directory: it reads the others' numbers and adds none.
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        before = numbers(Metrics())
        second.kill()
        second.wait()
        forget_process(second.pid)
        after = numbers(Metrics())

    assert before['voxgate_streams_active{protocol="native"}'] == 2
    assert before["voxgate_characters_total"] == 200
    assert before['voxgate_ttfa_seconds_bucket{le="0.2",protocol="native"}'] == 2
    assert before['voxgate_worker_up{worker="127.0.0.1:50061"}'] == 0
    assert after['voxgate_streams_active{protocol="native"}'] == 1
    assert after["voxgate_characters_total"] == 200
    assert after['voxgate_worker_up{worker="127.0.0.1:50061"}'] == 1
