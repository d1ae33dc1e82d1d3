"""The story of a world as a piece of a page; whatever a case calls its things is escaped."""

from __future__ import annotations

from schelling.report.page import document
from schelling.report.stories.story_pages import StoryPage


def section(page: StoryPage) -> str:
    """A story, or two side by side, as HTML without a script."""
    return document.filled("story.html", {"page": page})
