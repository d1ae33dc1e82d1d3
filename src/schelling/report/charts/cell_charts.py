"""The small drawings that stand inside tables: share bars, correlation bars, densities.

Plain SVG text with a title for those who do not see it. Lengths are in CSS pixels. Knows no cases.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from jaxtyping import Float
from markupsafe import Markup
from numpy import ndarray

from schelling.analysis.verdicts import CUTS, Share
from schelling.report.charts import theme
from schelling.report.charts.densities import Density
from schelling.report.charts.svg_number import px
from schelling.report.words.numerals import error_bar, percent, signed
from schelling.report.words.shares import bounds

WIDTH = 160.0
_HEIGHT = 20.0
_SPARK = (104.0, 28.0)


def share_bar(share: Share) -> Markup:
    """A bar for a share of worlds with its 95 % interval and the cut points of the words.

    Where numbers failed, or options of a lever differ, the bar ends at the lower bound, and a
    dashed frame spans the shares that are left open.

    Args:
        share: The share and what qualifies it.

    Returns:
        One `svg` element.
    """
    if share.bounded:
        return _bounds_bar(share)
    low, high = _x(share.share - share.half_width), _x(share.share + share.half_width)
    parts = [
        _track(),
        _filled(share.share),
        *_cuts(),
        _line(low, 10, high, 10, theme.PAPER, 5),
        _line(low, 10, high, 10, theme.INK, 2),
    ]
    bar = error_bar(share.share, share.half_width)
    words = f"{percent(share.share, share.half_width)} {bar} of worlds"
    if not share.worlds:
        words = "no world"
    return _svg(WIDTH, _HEIGHT, words, parts)


def _bounds_bar(share: Share) -> Markup:
    """What is known: filled up to the lower bound, framed to the upper one."""
    left, right = _x(share.low), _x(share.high)
    frame = Markup(
        '<rect x="{}" y="3.5" width="{}" height="13" fill="none" stroke="{}" '
        'stroke-width="1.2" stroke-dasharray="3 2"/>'
    ).format(px(left), px(max(right - left, 1.0)), theme.WARM)
    by = ["by option"] if share.spans else []
    by += ["whatever those without a number hold"] if share.failed else []
    words = f"{bounds(share.low, share.high)} of worlds, {', '.join(by)}"
    return _svg(WIDTH, _HEIGHT, words, [_track(), _filled(share.low), *_cuts(), frame])


def _filled(share: float) -> Markup:
    return Markup('<rect x="0" y="5" width="{}" height="10" fill="{}"/>').format(
        px(_x(share)), theme.DEEP
    )


@cache
def _cuts() -> list[Markup]:
    return [
        *(_line(_x(cut), 2, _x(cut), 18, theme.PAPER, 1.4) for cut in CUTS),
        *(_line(_x(cut), y, _x(cut), y + 3, theme.SOFT, 1) for cut in CUTS for y in (1, 16)),
    ]


def correlation_bar(value: float) -> Markup:
    """A bar to the right for a positive rank correlation, to the left for a negative one.

    Args:
        value: From -1 to 1.

    Returns:
        One `svg` element.
    """
    width, middle = 140.0, 70.0
    end = middle + value * (middle - 2)
    fill = theme.DEEP if value >= 0 else theme.WARM
    parts = [
        _line(0, 8, width, 8, theme.RULE, 1),
        Markup('<rect x="{}" y="3" width="{}" height="10" fill="{}"/>').format(
            px(min(middle, end)), px(abs(end - middle)), fill
        ),
        _line(middle, 0, middle, 16, theme.INK, 1.2),
    ]
    return _svg(width, 16.0, f"rank correlation {signed(value)}", parts)


def density(curve: Density, name: str) -> Markup:
    """The density of a prior: the central 90 % dark, the tails pale, the median a line.

    Args:
        curve: The density.
        name: What the prior is of.

    Returns:
        One `svg` element.
    """
    width, height = _SPARK
    first, last = float(curve.at[0]), float(curve.at[-1])
    length = last - first

    def across(value: float) -> float:
        return 3 + (value - first) / length * (width - 6) if length > 0 else width / 2

    floor = height - 3
    baseline = _line(0, floor, width, floor, theme.SOFT, 1)
    if curve.points:
        parts = [
            _line(across(x), floor, across(x), floor - y * (floor - 3), theme.DEEP, 3)
            for x, y in zip(curve.at.tolist(), curve.height.tolist(), strict=True)
        ]
        return _svg(width, height, f"distribution of {name}", [*parts, baseline])
    inside = (curve.at >= curve.low) & (curve.at <= curve.high)
    parts = [
        _area(curve.at, curve.height, across, floor, theme.PALE),
        _area(curve.at[inside], curve.height[inside], across, floor, theme.MIDDLE),
        _line(across(curve.middle), floor, across(curve.middle), 3, theme.DEEP, 1.6),
        baseline,
    ]
    return _svg(width, height, f"density of {name}", parts)


def _area(
    at: Float[ndarray, " point"],
    tall: Float[ndarray, " point"],
    across: Callable[[float], float],
    floor: float,
    fill: str,
) -> Markup:
    if not at.size:
        return Markup("")
    points = [
        f"{px(across(x))} {px(floor - y * (floor - 3))}" for x, y in zip(at, tall, strict=True)
    ]
    ends = px(across(at[0])), px(across(at[-1]))
    way = f"M{ends[0]} {px(floor)}L{'L'.join(points)}L{ends[1]} {px(floor)}Z"
    return Markup('<path d="{}" fill="{}"/>').format(way, fill)


def _track() -> Markup:
    return Markup('<rect x="0" y="5" width="{}" height="10" fill="{}"/>').format(
        px(WIDTH), "#e9e9e9"
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float) -> Markup:
    """A line; `stroke` is a colour of the theme, so nothing in it has to be escaped."""
    return Markup(
        f'<line x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}" '
        f'stroke="{stroke}" stroke-width="{px(width)}"/>'
    )


def _svg(width: float, height: float, title: str, parts: list[Markup]) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="mark" role="img" width="{w}" height="{h}" '
        'viewBox="0 0 {w} {h}"><title>{title}</title>{body}</svg>'
    ).format(w=px(width), h=px(height), title=title, body=Markup("").join(parts))


def _x(share: float) -> float:
    return min(max(share, 0.0), 1.0) * WIDTH
