"""A real browser for tests of looks, with the fonts it is to find, and what is wrong with a page.

The fonts of a machine decide how wide a page gets. Tests that measure therefore start the browser
with a fontconfig file of their own, in which there is one family of fonts and nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Family:
    """Fonts that a browser may be left with.

    Attributes:
        package: Debian's package of them.
        sans: The face without serifs.
        serif: The one with them.
        mono: The one of equal widths.
        file: The file of `sans`.
        m: Width of the letter m in `sans`, in thousandths of its size.
    """

    package: str
    sans: str
    serif: str
    mono: str
    file: str
    m: int

    def folder(self) -> Path | None:
        """Where the fonts are; None where they are not installed."""
        found = sorted(Path("/usr/share/fonts").rglob(self.file))
        return found[0].parent if found else None

    def configured(self, folder: Path, here: Path) -> Path:
        """A fontconfig file that finds these fonts in `folder` and no others."""
        kinds = (("sans-serif", self.sans), ("serif", self.serif), ("monospace", self.mono))
        aliases = "".join(
            f"<alias><family>{kind}</family><prefer><family>{name}</family></prefer></alias>"
            for kind, name in kinds
        )
        path = here / "fonts.conf"
        path.write_text(
            f'<?xml version="1.0"?><fontconfig><dir>{folder}</dir>{aliases}'
            f"<cachedir>{here / 'cache'}</cachedir></fontconfig>",
            "utf-8",
        )
        return path


FAMILIES = {
    "narrow": Family(
        "fonts-liberation",
        "Liberation Sans",
        "Liberation Serif",
        "Liberation Mono",
        "LiberationSans-Regular.ttf",
        833,
    ),
    "wide": Family(
        "fonts-dejavu-core",
        "DejaVu Sans",
        "DejaVu Serif",
        "DejaVu Sans Mono",
        "DejaVuSans.ttf",
        974,
    ),
}
"""A family of the measure that pictures are laid out for, and one about as wide as they come."""


def start(profile: Path, fonts: Path | None = None) -> Chrome:
    """A browser that keeps its things in `profile`, with the fonts of a fontconfig file."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    env = dict(os.environ) if fonts is None else os.environ | {"FONTCONFIG_FILE": str(fonts)}
    return Chrome(options=options, service=Service("/usr/bin/chromedriver", env=env))


def resize(browser: Chrome, width: int, height: int = 900, media: str = "") -> None:
    """A window of another size; `media` is `print` for a sheet as wide as its text."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})


def faults(browser: Chrome) -> list[Any]:
    """What is too wide, cut, covered or too small in the page that is open."""
    return browser.execute_script(_FAULTS)


def faint(browser: Chrome) -> list[Any]:
    """Texts, in pictures too, with less contrast to their ground than WCAG AA asks for."""
    return browser.execute_script(_FAINT)


SPACING = """
const style = document.createElement("style");
style.textContent = `
  * { letter-spacing: .12em !important; word-spacing: .16em !important;
      line-height: 1.5 !important; }
  p { margin-bottom: 2em !important; }`;
document.head.append(style);
"""
"""What every page must bear by WCAG 2.2, success criterion 1.4.12."""

_FAULTS = """
const width = window.innerWidth, printed = matchMedia("print").matches, faults = [];
const shown = element => element.getAttribute("opacity") !== "0" && element.textContent.trim();
const tell = (kind, element, more) => faults.push(
  [kind, element.closest("[id]")?.id, element.textContent.trim().slice(0, 50), more]);

// The page, and every text in it that does not stand in a frame that can be moved sideways.
const needed = document.documentElement.scrollWidth;
if (needed > width) faults.push(["the page is too wide", needed]);
const frame = element => element.closest(".wide, .canvas");
for (const element of document.querySelectorAll("body *")) {
  if (element.closest("svg, .skip, .hidden")) continue;
  const style = getComputedStyle(element);
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (!own || !element.getClientRects().length || style.clipPath !== "none") continue;
  if (element.closest("thead") && getComputedStyle(element.closest("thead")).clipPath !== "none")
    continue;
  const range = document.createRange();
  range.selectNodeContents(element);
  const right = range.getBoundingClientRect().right;
  if (right > width + .5 && (printed || !frame(element))) tell("over the edge", element, right);
  const cell = element.closest("td, th");
  if (cell && right > cell.getBoundingClientRect().right + 1) tell("out of its cell", element);
  if (!printed && parseFloat(style.fontSize) < 11.99) tell("too small", element, style.fontSize);
}

// Pictures: charts are as wide as their frame, and their labels stand inside and apart.
for (const box of document.querySelectorAll("figure:not(.tree):not(.matrix) .canvas"))
  if (box.scrollWidth > box.clientWidth + 1) tell("the chart is too wide", box, box.scrollWidth);
for (const svg of document.querySelectorAll("svg")) {
  const edge = svg.getBoundingClientRect();
  if (!edge.width) continue;
  if (printed && edge.right > width + .5) tell("over the edge", svg, edge.right);
  const scale = edge.width / (svg.viewBox.baseVal.width || edge.width);
  const labels = [...svg.querySelectorAll("text")].filter(shown);
  const boxes = labels.map(label => label.getBoundingClientRect());
  labels.forEach((label, n) => {
    const box = boxes[n], size = parseFloat(getComputedStyle(label).fontSize) * scale;
    if (!printed && size < 11.99) tell("too small", label, size);
    if (box.left < edge.left - .5 || box.right > edge.right + .5 ||
        box.top < edge.top - .5 || box.bottom > edge.bottom + .5) tell("cut", label);
    for (let other = 0; other < n; other++) {
      const two = boxes[other];
      // Boxes of lines are higher than letters: two of them may share some pixels unseen.
      if (Math.min(box.right, two.right) - Math.max(box.left, two.left) > 1 &&
          Math.min(box.bottom, two.bottom) - Math.max(box.top, two.top) > 5)
        tell("covered", label, labels[other].textContent);
    }
  });
}
return faults;
"""

_FAINT = """
const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
const light = colour => {
  const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = numbers(colour).map(part);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const solid = shape => numbers(getComputedStyle(shape).fill)?.[3] !== 0;
const around = (shape, x, y) => {
  const box = shape.getBoundingClientRect();
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
};
const ground = element => {
  const drawn = element.closest("svg.map");
  if (drawn) {  // labels stand in boxes: the last shape painted under their middle
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const under = [...drawn.querySelectorAll("rect, circle, path")].filter(shape =>
      getComputedStyle(shape).fill !== "none" && solid(shape) &&
      shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING &&
      around(shape, (left + right) / 2, (top + bottom) / 2));
    if (under.length) return getComputedStyle(under.at(-1)).fill;
  }
  for (let e = element; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (numbers(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const seen = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (!own || ["title", "desc"].includes(element.localName)) continue;
  const style = getComputedStyle(element);
  const colour = element.closest("svg") ? style.fill : style.color;
  const [a, b] = [light(colour), light(ground(element))].sort();
  if ((b + 0.05) / (a + 0.05) < 4.5) seen.push([colour, element.textContent]);
}
return seen;
"""
