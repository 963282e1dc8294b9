"""Small pictures as SVG text, drawn without a plotting library so that a report stays one light file.

Every picture carries a title and a description for those who do not see it; series differ in shape as well as in
colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 520, 300, 68, 16, 14, 48
INKS = ("#1d4f91", "#9a3b00", "#1c6b3c")
DASHES = ("", "7 4", "2 4")


@dataclass(frozen=True, slots=True)
class Series:
    """Points (x, y) in the units of the axes."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 with its interval and what is written at its end."""

    label: str
    value: float
    low: float | None
    high: float | None
    note: str


@dataclass(frozen=True, slots=True)
class Span:
    """How long a step took, in the unit of the axis: for half of the replies, for 95 of 100, and that in words."""

    label: str
    half: float
    most: float
    note: str


def lines(title: str, series: Sequence[Series], x: str, y: str, ticks: Sequence[float], diagonal: bool = False) -> str:
    """Lines with markers. y runs from 0 to 1; x from the first tick to the last. `diagonal` draws what perfect would
    be."""
    first, last = ticks[0], ticks[-1]

    def across(at: float) -> float:
        return LEFT + (at - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    parts = [_grid(x, y), *(_tick(across(tick), f"{tick:g}") for tick in ticks)]
    if diagonal:
        corner = f'x1="{across(first):.1f}" y1="{_down(0):.1f}" x2="{across(last):.1f}" y2="{_down(1):.1f}"'
        parts.append(f'<line {corner} stroke="#767676" stroke-dasharray="3 3"/>')
    for place, one in enumerate(series):
        parts += _line([(across(a), _down(b)) for a, b in one.points], place)
        parts.append(_key(one.name, place, len(series)))
    told = "; ".join(f"{s.name}: " + ", ".join(f"{a:g} gives {b:.0%}" for a, b in s.points[:12]) for s in series)
    return _svg(title, told, WIDTH, HEIGHT, parts)


def _down(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _grid(x: str, y: str) -> str:
    rows = "".join(
        f'<line x1="{LEFT}" y1="{_down(s):.1f}" x2="{WIDTH - RIGHT}" y2="{_down(s):.1f}" stroke="#d5d8dc"/>'
        f'<text x="{LEFT - 8}" y="{_down(s) + 4:.1f}" text-anchor="end">{s:.0%}</text>'
        for s in (0, 0.25, 0.5, 0.75, 1)
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    below = f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x)}</text>'
    beside = f'<text transform="translate(14 {HEIGHT / 2 - 16}) rotate(-90)" text-anchor="middle">{escape(y)}</text>'
    return rows + below + beside


def _tick(at: float, label: str) -> str:
    return f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>'


def _line(points: Sequence[tuple[float, float]], place: int) -> list[str]:
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    dash = f' stroke-dasharray="{DASHES[place]}"' if DASHES[place] else ""
    line = f'<polyline points="{path}" fill="none" stroke="{INKS[place]}" stroke-width="2.5"{dash}/>'
    return [line, *(_marker(a, b, place) for a, b in points if len(points) <= 20)]


def _marker(a: float, b: float, place: int) -> str:
    if place == 0:
        return f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{INKS[place]}"/>'
    return f'<rect x="{a - 4:.1f}" y="{b - 4:.1f}" width="8" height="8" fill="{INKS[place]}"/>'


def _key(name: str, place: int, of: int) -> str:
    """The series named inside the plot, bottom right, over a white ground."""
    down = HEIGHT - BOTTOM - 14 - 20 * (of - 1 - place)
    at = WIDTH - RIGHT - 12
    marker = _marker(at - 6, down - 4, place)
    return marker + f'<text x="{at - 18}" y="{down}" text-anchor="end" class="key">{escape(name)}</text>'


def bars(title: str, rows: Sequence[Bar]) -> str:
    """One horizontal bar a row, a whisker for the interval."""
    return _rows(title, rows, ("0%", "25%", "50%", "75%", "100%"))


def spans(title: str, rows: Sequence[Span], unit: str) -> str:
    """One horizontal bar a row, as long as half of the replies took, with a whisker to where 95 of 100 were done."""
    longest = max(max(row.most for row in rows), 1e-9)
    drawn = [Bar(row.label, row.half / longest, row.half / longest, row.most / longest, row.note) for row in rows]
    return _rows(title, drawn, tuple(f"{longest * at / 4:,.0f} {unit}" for at in range(5)))


def _rows(title: str, rows: Sequence[Bar], scale: Sequence[str]) -> str:
    left, right, step = 170, 130, 26
    height, width = TOP + step * len(rows) + 30, 680
    span = width - left - right
    parts = [_scale(left, span, height, scale)]
    parts += [_bar(row, left, span, TOP + step * place) for place, row in enumerate(rows)]
    told = "; ".join(f"{row.label}: {row.note}" for row in rows)
    return _svg(title, told, width, height, parts)


def _scale(left: int, span: int, height: int, labels: Sequence[str]) -> str:
    places = [(left + n / (len(labels) - 1) * span, label) for n, label in enumerate(labels)]
    return "".join(
        f'<line x1="{at:g}" y1="{TOP - 4}" x2="{at:g}" y2="{height - 26}" stroke="#d5d8dc"/>'
        f'<text x="{at:g}" y="{height - 10}" text-anchor="middle">{escape(label)}</text>'
        for at, label in places
    )


def _bar(row: Bar, left: int, span: int, top: int) -> str:
    middle = top + 9
    name = f'<text x="{left - 8}" y="{middle + 4}" text-anchor="end">{escape(row.label)}</text>'
    body = f'<rect x="{left}" y="{top}" width="{row.value * span:.1f}" height="18" fill="#6f9fd8"/>'
    note = f'<text x="{left + span + 10}" y="{middle + 4}">{escape(row.note)}</text>'
    return name + body + note + _whisker(row, left, span, middle)


def _whisker(row: Bar, left: int, span: int, middle: int) -> str:
    if row.low is None or row.high is None:
        return ""
    low, high = left + row.low * span, left + row.high * span
    across = f"M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5}v10M{high:.1f} {middle - 5}v10"
    return f'<path d="{across}" stroke="#16202b" stroke-width="1.5" fill="none"/>'


def _svg(title: str, told: str, width: int, height: int, parts: Sequence[str]) -> str:
    head = f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" xmlns="http://www.w3.org/2000/svg">'
    return f"{head}<title>{escape(title)}</title><desc>{escape(told)}</desc>{''.join(parts)}</svg>"
