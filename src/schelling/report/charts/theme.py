"""One look for every picture: colours, type, and what Vega-Lite is told of them.

Colours differ in lightness first, so that every picture can be read in grey; every colour used for
text has a contrast of at least 4.5 to 1 on white. Knows no results.
"""

from __future__ import annotations

from typing import Any, Final

INK: Final = "#1b1b1b"
SOFT: Final = "#5a5a5a"
RULE: Final = "#dcdcdc"
PAPER: Final = "#ffffff"
DEEP: Final = "#1f4e79"
MIDDLE: Final = "#86a9ca"
PALE: Final = "#d5e2ee"
THREAD: Final = "#5a5a5a"
EMPTY: Final = "#c9c9c9"
WARM: Final = "#a84300"

STACK: Final = ("#c7d7e6", "#8a6d1d", "#123a5e", "#dfdcd2", "#6a8fb3", "#3f3f3f")
"""Fills of stacked areas, neighbours far apart in lightness."""

FONT: Final = "'Helvetica Neue', 'Liberation Sans', Arial, Helvetica, sans-serif"
TEXT_SIZE: Final = 12


def config() -> dict[str, Any]:
    """The configuration block of a Vega-Lite chart.

    Returns:
        Plain data; a new copy each time.
    """
    axis = {
        "domainColor": SOFT,
        "gridColor": RULE,
        "gridWidth": 0.7,
        "labelColor": SOFT,
        "labelFontSize": TEXT_SIZE,
        "tickColor": SOFT,
        "tickSize": 4,
        "titleColor": SOFT,
        "titleFontSize": TEXT_SIZE,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    }
    return {
        "background": PAPER,
        "font": FONT,
        "text": {"fontSize": TEXT_SIZE},
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False, "titleAnchor": "end", "titleAngle": 0}
        | {"titleAlign": "left", "titleBaseline": "bottom", "titleX": -34, "titleY": -9},
        "legend": {
            "labelColor": INK,
            "labelFontSize": TEXT_SIZE,
            "titleColor": SOFT,
            "titleFontSize": TEXT_SIZE,
            "titleFontWeight": "normal",
            "orient": "top",
            "symbolStrokeWidth": 0,
        },
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": 15,
            "fontWeight": 600,
            "offset": 14,
            "subtitleColor": SOFT,
            "subtitleFontSize": TEXT_SIZE,
            "subtitlePadding": 5,
        },
    }
