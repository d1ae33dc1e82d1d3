"""What every template writes with: links, counted things, small drawings."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from schelling.report.charts.cell_charts import share_bar
from schelling.report.page.anchors import anchor, linked
from schelling.report.page.figure import breakable
from schelling.report.words import numerals


def tools(*, alone: bool = False, lettered: bool = True) -> dict[str, Any]:
    """The tools by name.

    Args:
        alone: Whether the page is the brief alone, without the places that names lead to.
        lettered: Whether appendices are called so and lettered.
    """
    return {
        "anchor": anchor,
        "alone": alone,
        "lettered": lettered,
        "linked": linked,
        "linked_to": _named if alone else _linked_to,
        "count": numerals.count,
        "signed": numerals.signed,
        "share_bar": share_bar,
    }


def _linked_to(fragment: str, words: str) -> Markup:
    """Words that lead to a place on the page."""
    return Markup('<a href="#{}">{}</a>').format(fragment, breakable(words))


def _named(fragment: str, words: str) -> Markup:
    """The same on a page without such places."""
    del fragment
    return breakable(words)
