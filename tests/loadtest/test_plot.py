import xml.etree.ElementTree as ET

import pytest

from loadtest.plot import Chart, draw

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*charts):
    return ET.fromstring(draw(charts))


def paths(root, colour):
    return [each.get("d") for each in root.iter(f"{SVG}path") if each.get("stroke") == colour]


def test_a_line_goes_through_its_points():
    root = drawn(Chart("Title", "across", "up", {"a": [(0, 0), (50, 10), (100, 5)]}))

    line, _legend = paths(root, "#b03a2e")
    assert line == "M62.0 274.0L239.0 34.0L416.0 154.0"


def test_lines_of_the_same_name_share_a_colour_and_one_line_of_the_legend():
    lines = {"a & b": [(1, 1), (2, 2)], "c": [(1, 2), (2, 1)]}
    root = drawn(Chart("One", "x", "y", lines), Chart("Two", "x", "y", lines))
    texts = [each.text for each in root.iter(f"{SVG}text")]

    assert len(paths(root, "#b03a2e")) == len(paths(root, "#1f618d")) == 3
    assert texts.count("a & b") == 1


def test_a_logarithmic_axis_has_a_mark_for_each_decade():
    root = drawn(Chart("Title", "across", "up", {"a": [(1, 20), (2, 3000)]}, log=True))
    texts = [each.text for each in root.iter(f"{SVG}text")]

    assert [mark for mark in ("10", "100", "1000", "10000") if mark in texts] == ["10", "100", "1000", "10000"]


@pytest.mark.parametrize("most", [0.3, 1, 7, 16, 2400])
def test_marks_are_round_and_few(most):
    root = drawn(Chart("Title", "across", "up", {"a": [(0, 0), (most, most)]}))
    marks = [each.text for each in root.iter(f"{SVG}text") if each.get("text-anchor") == "middle"]

    assert 4 <= len(marks) <= 9
