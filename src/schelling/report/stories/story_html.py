"""Stories as HTML, for notebooks and pages."""

from __future__ import annotations

from markupsafe import Markup

from schelling.report.page import document
from schelling.report.stories.story_pages import StoryPage

_LEFT = Markup(' style="text-align:left"')


def section(page: StoryPage, *, styled: bool = True) -> str:
    """A story, or two side by side, as HTML without a script.

    Args:
        page: What is shown.
        styled: Whether cells say how they look, as a notebook needs; a page has a style sheet.
    """
    return document.filled("story.html", {"page": page, "left": _LEFT if styled else ""})
