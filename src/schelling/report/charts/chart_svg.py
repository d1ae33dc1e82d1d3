"""A chart as static SVG text that can stand in any page: no script, no link, no colliding ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import altair as alt
import vl_convert
from markupsafe import Markup

from schelling.report.charts.text_width import pinned

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_DROPPED = ("role", "class", "pointer-events", "version", "stroke-miterlimit")
_BELOW = "The numbers are in the table below."
_FOREIGN = frozenset({"a", "image", "script", "foreignObject", "use", "style"})


@dataclass(frozen=True)
class Picture:
    """An SVG picture; notebooks show it by themselves.

    Attributes:
        svg: The text of one `svg` element.
    """

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg


def draw(chart: alt.TopLevelMixin, mark: str, title: str, description: str) -> Picture:
    """Draw a chart.

    Args:
        chart: An Altair chart; its data are inside it.
        mark: What ids begin with; no other picture of a page may have the same.
        title: What the picture is called; read out by screen readers.
        description: What is to be seen in it, in a sentence or two.

    Returns:
        The picture; the same chart gives the same text.
    """
    specification: dict[str, Any] = chart.to_dict(validate=False)
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(specification, allowed_base_urls=[]))
    _clean(root, mark)
    for tag, text in (("desc", description), ("title", title)):
        element = ElementTree.Element(tag, {"id": f"{mark}-{tag}"})
        element.text = text
        root.insert(0, element)
    root.set("xmlns", _SVG.strip("{}"))
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"{mark}-title {mark}-desc")
    _name_font_once(root)
    return Picture(pinned(ElementTree.tostring(root, encoding="unicode")))


def placed(chart: Any, mark: str, title: str, description: str = _BELOW) -> Markup:
    """Draw a chart for a page, as `draw` does; the picture is ours and therefore safe."""
    return Markup(draw(chart, mark, title, description))


def _clean(root: ElementTree.Element, mark: str) -> None:
    """Keep what is seen: plain tags, short numbers, ids that are ours; no link, no empty part."""
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.removeprefix(_SVG)
            empty = tag == "path" and not child.get("d")
            if tag in _FOREIGN or empty or child.get("display") == "none":
                parent.remove(child)
    ids = {name: f"{mark}-{n}" for n, name in enumerate(_ids(root))}
    for element in root.iter():
        element.tag = element.tag.removeprefix(_SVG)
        for name, value in list(element.attrib.items()):
            if name in _DROPPED or name.startswith(("aria-", "{")):
                del element.attrib[name]
            elif name == "id":
                element.set(name, ids[value])
            elif name not in ("viewBox", "width", "height"):
                tidy = _NUMBER.sub(_short, value)
                element.set(name, _REFERENCE.sub(lambda m: f"url(#{ids[m[1]]})", tidy))


def _name_font_once(root: ElementTree.Element) -> None:
    """Say on the picture, not on every label, which font it is set in."""
    labels = [element for element in root.iter() if element.tag == "text"]
    fonts = {label.get("font-family", "") for label in labels}
    if len(fonts) == 1:
        root.set("font-family", fonts.pop())
        for label in labels:
            del label.attrib["font-family"]


def _ids(root: ElementTree.Element) -> list[str]:
    found = (element.get("id") for element in root.iter())
    return list(dict.fromkeys(name for name in found if name))


def _short(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
