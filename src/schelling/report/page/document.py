"""A template filled in and written to a file: one document without a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from schelling.errors import RunError
from schelling.report.page.figure import breakable


def filled(template: str, told: Mapping[str, Any], *, style: Markup | None = None) -> str:
    """A document as text.

    Args:
        template: Name of its template, which extends `document.html`.
        told: What the template shows; `title` and `version` of the program among it.
        style: Its style sheet; that of every page when None.
    """
    page = _environment().get_template(template)
    sheet = sheets() if style is None else style
    return page.render(breakable=breakable, style=sheet, **told) + "\n"


def keep(text: str, path: str | Path) -> None:
    """Write a document.

    Raises:
        RunError: The file cannot be written.
    """
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise RunError(message) from error


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("schelling.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def sheets(*more: str) -> Markup:
    """The style sheets of every page, and more of them; they are ours and therefore safe."""
    return Markup("\n".join([sheet_texts("page.css", "print.css"), *more]))


def sheet_texts(*names: str) -> str:
    """Style sheets beside the templates, one after the other."""
    folder = resources.files("schelling.report").joinpath("templates")
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in names)
