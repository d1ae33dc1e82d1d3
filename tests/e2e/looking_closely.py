"""What axe-core finds on the live page."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib import resources
from typing import Any

from e2e.serving import LivePage

_RUN = (
    "const done = arguments[0]; axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']})"
    ".then(r => done(r.violations.map(v => [v.id, v.nodes.map(n => n.html)])))"
)


@contextmanager
def scripts_allowed(page: LivePage) -> Generator[None]:
    """Scripts of a test may run: axe speaks through the console, not through the page."""
    page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    try:
        page.browser.refresh()
        page.settled()
        yield
    finally:
        page.browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})


def violations(page: LivePage) -> list[Any]:
    """Rules of WCAG 2, levels A and AA, that the page breaks as it stands, each with its places."""
    page.run(resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    return page.browser.execute_async_script(_RUN)
