"""Line charts as SVG, for the pages under docs/. Pure: values in, text out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

COLOURS = ("#b03a2e", "#1f618d", "#117a65", "#9a7d0a", "#6c3483", "#566573")
WIDTH, HEIGHT = 430, 320
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 46
LEGEND = 18  # height of a line
TICKS = 6


@dataclass(frozen=True, slots=True)
class Chart:
    """lines: points by name. log: the vertical axis is logarithmic, else it begins at 0."""

    title: str
    across: str
    up: str
    lines: Mapping[str, Sequence[tuple[float, float]]]
    log: bool = False
    highest: float | None = None


def draw(charts: Sequence[Chart]) -> str:
    """The charts side by side, and one legend for all; lines of the same name have the same colour."""
    names = list(dict.fromkeys(name for chart in charts for name in chart.lines))
    width, height = WIDTH * len(charts), HEIGHT + LEGEND * len(names)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}
    for number, chart in enumerate(charts):
        parts += _Panel(chart, number * WIDTH, colours).draw()
    for number, name in enumerate(names):
        y = HEIGHT + LEGEND * number + 4
        parts.append(f'<path d="M{LEFT} {y}h24" stroke="{colours[name]}" stroke-width="2.5"/>')
        parts.append(f'<text x="{LEFT + 32}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


class _Panel:
    def __init__(self, chart: Chart, x: int, colours: Mapping[str, str]) -> None:
        self._chart = chart
        self._x = x
        self._colours = colours
        points = [point for line in chart.lines.values() for point in line]
        self._most_across = max(across for across, _ in points)
        ups = [up for _, up in points if up > 0 or not chart.log]
        self._high = chart.highest or max(ups)
        self._low = min(ups) if chart.log else 0.0
        if chart.log:
            self._low, self._high = 10 ** math.floor(math.log10(self._low)), 10 ** math.ceil(math.log10(self._high))

    def draw(self) -> Iterator[str]:
        left, right, bottom = self._x + LEFT, self._x + WIDTH - RIGHT, HEIGHT - BOTTOM
        yield f'<text x="{left}" y="20" font-weight="bold">{escape(self._chart.title)}</text>'
        for up in self._marks_up():
            y = self._up(up)
            yield f'<path d="M{left} {y:.1f}H{right}" stroke="#d5d8dc"/>'
            yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{up:g}</text>'
        for across in _marks(self._most_across):
            x = self._across(across)
            yield f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle">{across:g}</text>'
        centre, middle = (left + right) / 2, (TOP + bottom) / 2
        yield f'<text x="{centre}" y="{bottom + 36}" text-anchor="middle">{escape(self._chart.across)}</text>'
        yield (
            f'<text transform="translate({self._x + 14} {middle}) rotate(-90)" text-anchor="middle">'
            f"{escape(self._chart.up)}</text>"
        )
        for name, line in self._chart.lines.items():
            path = "L".join(f"{self._across(across):.1f} {self._up(up):.1f}" for across, up in line)
            yield f'<path d="M{path}" fill="none" stroke="{self._colours[name]}" stroke-width="2"/>'

    def _marks_up(self) -> Sequence[float]:
        if not self._chart.log:
            return _marks(self._high)
        decades = round(math.log10(self._high / self._low))
        return [self._low * 10.0**decade for decade in range(decades + 1)]

    def _across(self, value: float) -> float:
        return self._x + LEFT + (WIDTH - LEFT - RIGHT) * value / self._most_across

    def _up(self, value: float) -> float:
        if self._chart.log:
            share = math.log(max(value, self._low) / self._low) / math.log(self._high / self._low)
        else:
            share = value / self._high
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(1.0, share)


def _marks(most: float) -> list[float]:
    """Round numbers from 0 to `most`."""
    rough = most / (TICKS - 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough)
    return [step * number for number in range(int(most / step + 1e-9) + 1)]
