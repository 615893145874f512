"""The report that a graphics card is to fill, tried on a processor: every part is there and none has failed."""

import subprocess
import sys

import pytest

from synth.engines.kokoro.bench import gpu
from synth.engines.kokoro.bench.report import Report
from synth.engines.kokoro.bench.timing import Timing

pytestmark = pytest.mark.slow
PARTS = (
    "The machine",
    "What it reaches at best",
    "Does the host wait",
    "The card against the processor",
    "The package",
    "Errors of 16 bits and of kernels against float32",
    "Batches and speed",
    "float16, graphs",
    "What it spends its time on",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "kokoro-gpu.md"
    arguments, sys.argv = sys.argv, ["gpu", "--device", "cpu", "--trial", "--out", str(out)]
    try:
        assert gpu.main() == 0
    finally:
        sys.argv = arguments
    return out.read_text(encoding="utf-8")


def test_every_part_is_there(report):
    headings = [line.lstrip("# ") for line in report.splitlines() if line.startswith("#")]
    assert [part for part in PARTS if part not in headings] == []
    assert "failed" not in report


def test_rows_are_exact_and_durations_those_of_the_processor(report):
    [line] = [line for line in part(report, "float32, graphs") if line.startswith("Against each row alone")]
    assert float(line.split("worst ")[1].split(" dB")[0]) > 110
    assert line.endswith("rows with other durations: 0")
    rows = [line for line in part(report, "The card against the processor") if line.startswith("| ")][1:]
    assert rows
    assert all(" same " in row for row in rows)


def test_the_share_of_what_the_device_reaches_is_a_figure(report):
    """100 s of audio in 50 ms, each second 54.8 GFLOP, where it reaches 219.2 and 438.4 TFLOP/s."""
    line = gpu._line(Timing(32, 100.0, 0.05, 2**30), [219.2e12, 438.4e12])

    assert line == "| 32 | 100.0 s | 50.0 ms | **2000** | 109.6 | 50.0 % | 25.0 % | 1.00 GiB |"
    tables = [line for line in report.splitlines() if line.startswith("| rows ")]
    assert tables
    assert all("TFLOP/s | of a product | of a convolution |" in line for line in tables)


def test_it_needs_torch_and_numpy_alone():
    """It is run where nothing of ours is installed."""
    asked = "import sys, synth.engines.kokoro.bench.gpu; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    ours = {"cyclopts", "kokoro", "misaki", "pydantic", "spacy", "structlog", "transformers"}
    assert not ours & set(done.stdout.split())


def test_what_fails_is_told_and_the_rest_goes_on(tmp_path):
    with (tmp_path / "report.md").open("w+", encoding="utf-8") as out:
        report = Report(out)

        def breaks():
            yield "before"
            raise RuntimeError("no such kernel")

        report.part("Broken", breaks)
        report.part("Whole", lambda: ["after"])
        out.seek(0)
        text = out.read()

    assert report.failed == ["Broken"]
    assert "RuntimeError: no such kernel" in text
    assert text.index("before") < text.index("after")


def test_what_has_not_begun_when_the_time_is_over_is_left_out_and_told(tmp_path):
    with (tmp_path / "report.md").open("w+", encoding="utf-8") as out:
        report = Report(out, ends=0.0)
        report.part("Late", lambda: ["never"])
        out.seek(0)
        text = out.read()

    assert report.failed == ["Late"]
    assert "Late: left out" in text
    assert "never" not in text


def part(report, title):
    return report.split(f"# {title}\n")[1].split("\n#")[0].splitlines()
