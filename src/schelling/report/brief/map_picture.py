"""The causal map of a case as a picture: boxes by kind, lines by sign, claims by number.

What very many boxes read is a mark on each of them instead of a line. Lines from one box share a
trunk as far as they go the same way; the sign of each stands at its arrowhead. Everything can be
told apart in grey: kinds differ in shape, signs in dashes and in the mark beside the arrowhead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from schelling.compile.influence.causal_map import Arrow, MapNode
from schelling.compile.influence.monotone import Sign
from schelling.report.brief import map_layout
from schelling.report.brief.map_folding import Folded
from schelling.report.brief.map_layout import MapLayout, Spot
from schelling.report.charts import theme
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.page.anchors import anchor

ROOM = 860.0
"""Width that the map keeps to: a page of the report."""

_BOX = 20.0
_PITCH = 36.0
_PAD = 9.0
_CHIP = 18.0
_EDGE = 6.0
_TEXT = 12
_PORT = 9.0
_STYLES = {
    "stock": f'rx="2" fill="{theme.PALE}" stroke="{theme.INK}" stroke-width="1.8"',
    "variable": f'rx="12" fill="{theme.PAPER}" stroke="{theme.SOFT}"',
    "population": f'rx="9" fill="{theme.PALE}" stroke="{theme.SOFT}" stroke-dasharray="3 2"',
    "assumption": 'rx="2" fill="#efe9d6"',
    "game": f'rx="2" fill="{theme.DEEP}" stroke="{theme.DEEP}"',
    "state machine": f'rx="2" fill="#f3dfa0" stroke="{theme.INK}" stroke-width="1.8"',
}
INKS: Final = {Sign.UP: theme.DEEP, Sign.DOWN: theme.WARM, Sign.OPEN: "#8a8a8a"}


@dataclass(frozen=True)
class Chip:
    """A claim as the map shows it.

    Attributes:
        number: Its number in the brief.
        fill: Its ground.
        ink: Its digits.
    """

    number: int
    fill: str
    ink: str


def svg(
    shown: Folded, chips: Mapping[str, Chip], mark: str, title: str, description: str
) -> Markup:
    """Draw a map.

    Args:
        shown: What of it is drawn.
        chips: Claims by name.
        mark: What ids begin with.
        title: What the picture is called.
        description: What is to be seen in it.

    Returns:
        One `svg` element; the same map gives the same text.
    """
    boxes = {node.key: _Box(shown, node, chips) for node in shown.nodes}
    widths = {key: box.width for key, box in boxes.items()}
    links = [(arrow.source, arrow.target) for arrow in shown.arrows]
    layout = map_layout.place(widths, links, ROOM)
    ports = _ports(shown.arrows, layout, widths)
    width, height = layout.width + 2 * _EDGE, layout.rows * _PITCH - _PITCH + _BOX + 2 * _EDGE
    lines = sorted(shown.arrows, key=lambda arrow: arrow.sign is not Sign.OPEN)
    feeds: defaultdict[str, list[str]] = defaultdict(list)
    for arrow in shown.arrows:
        feeds[arrow.source].append(_fragment(boxes[arrow.target].node))
    body = [
        *_lines(lines, layout, ports),
        *(part for key, box in boxes.items() for part in box.drawn(layout.spots[key], feeds[key])),
        *(part for arrow in lines for part in _sign(arrow, layout, ports)),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="img" width="{px(width)}" '
        f'height="{px(height)}" viewBox="0 0 {px(width)} {px(height)}" font-size="{_TEXT}" '
        f'aria-labelledby="{escape(mark)}-title {escape(mark)}-desc" font-family="{theme.FONT}">'
        f'<title id="{escape(mark)}-title">{escape(title)}</title>'
        f'<desc id="{escape(mark)}-desc">{escape(description)}</desc>'
    )
    return Markup(pinned("".join((head, *body, "</svg>"))))


class _Box:
    """One box: its shape, its name, and the claims that look at it."""

    def __init__(self, shown: Folded, node: MapNode, chips: Mapping[str, Chip]) -> None:
        self.node = node
        self.chips = [chips[name] for name in shown.claims.get(node.key, ()) if name in chips]
        self.count = shown.counts[node.key]
        self.marked = node.key in shown.marked
        self.hub = node.key == shown.hub
        self.name = text_width(node.name, _TEXT, bold=self._bold)
        self.number = text_width(f"+{self.count}", _TEXT) + 5 if self.count else 0.0
        self.width = self.name + self.number + _CHIP * len(self.chips) + 2 * _PAD
        self.width += 10 * (self.marked or self.hub)

    @property
    def _bold(self) -> bool:
        return self.node.kind in ("stock", "state machine")

    @property
    def _ink(self) -> str:
        return theme.PAPER if self.node.kind == "game" else theme.INK

    def drawn(self, spot: Spot, feeds: Sequence[str]) -> Iterator[str]:
        """The box; it tells where its formula stands, and where those of what it feeds do."""
        yield f'<g data-at="{_fragment(self.node)}" data-feeds="{" ".join(feeds)}">'
        yield from self._parts(spot)
        yield "</g>"

    def _parts(self, spot: Spot) -> Iterator[str]:
        left, top = spot.x - self.width / 2 + _EDGE, spot.row * _PITCH + _EDGE
        yield outline(self.node.kind, left, top, self.width, _BOX)
        at = left + _PAD
        if self.marked or self.hub:
            yield diamond(at - 2, top + _BOX / 2, self._ink)
            at += 10
        weight = ' font-weight="600"' if self._bold else ""
        yield _text(at, top + 14.3, self.node.name, self._ink, weight)
        at += self.name
        if self.count:
            soft = theme.PAPER if self.node.kind == "game" else theme.SOFT
            yield _text(at + 5, top + 14.3, f"+{self.count}", soft)
            at += self.number
        for chip in self.chips:
            yield from disc(chip, at + _CHIP / 2 + 2, top + _BOX / 2)
            at += _CHIP


def disc(chip: Chip, x: float, y: float) -> Iterator[str]:
    """The disc of a claim, with its number."""
    yield (f'<circle cx="{px(x)}" cy="{px(y)}" r="7.7" fill="{chip.fill}" stroke="{theme.INK}"/>')
    digits = str(chip.number)
    yield _text(x - text_width(digits, _TEXT) / 2, y + 4.3, digits, chip.ink)


def diamond(x: float, y: float, ink: str) -> str:
    """The mark of a box that reads the hub, from its left corner."""
    return f'<path d="M{px(x)} {px(y)}l4-4 4 4-4 4Z" fill="{ink}"/>'


def plus_or_minus(sign: Sign, x: float, y: float) -> str:
    """The sign of a line in a small circle."""
    ink = INKS[sign]
    cross = f"M{px(x - 2.4)} {px(y)}h4.8"
    if sign is Sign.UP:
        cross += f"M{px(x)} {px(y - 2.4)}v4.8"
    return (
        f'<circle cx="{px(x)}" cy="{px(y)}" r="4.2" fill="{theme.PAPER}" stroke="{ink}" '
        f'stroke-width="0.9"/><path d="{cross}" stroke="{ink}" stroke-width="1.2" fill="none"/>'
    )


def outline(kind: str, left: float, top: float, width: float, height: float) -> str:
    """The shape of a kind of box."""
    if kind == "event":
        slant, flat = min(7.0, height / 2), width - 2 * min(7.0, height / 2)
        way = f"M{px(left + slant)} {px(top)}h{px(flat)}l{px(slant)} {px(height / 2)}"
        way += f"l-{px(slant)} {px(height / 2)}h-{px(flat)}l-{px(slant)}-{px(height / 2)}Z"
        return f'<path d="{way}" fill="{theme.PAPER}" stroke="{theme.INK}"/>'
    return (
        f'<rect x="{px(left)}" y="{px(top)}" width="{px(width)}" height="{px(height)}" '
        f"{_STYLES[kind]}/>"
    )


Ports = Mapping[tuple[str, str, bool], float]
"""Where a line meets a box: by source, target, and whether it is the end at the source."""


def _ports(
    arrows: Sequence[Arrow], layout: MapLayout, widths: Mapping[str, float]
) -> dict[tuple[str, str, bool], float]:
    """Places along the upper and lower edges of boxes, in the order of where lines come from."""
    edges: defaultdict[tuple[str, bool], list[tuple[float, tuple[str, str, bool], bool]]]
    edges = defaultdict(list)
    for arrow in arrows:
        bends = layout.bends[arrow.source, arrow.target]
        ends = (layout.spots[arrow.source], *bends, layout.spots[arrow.target])
        for own, here, there in ((True, ends[0], ends[1]), (False, ends[-1], ends[-2])):
            key = arrow.source if own else arrow.target
            name = (arrow.source, arrow.target, own)
            edges[key, there.row > here.row].append((there.x, name, own and bool(bends)))
    found: dict[tuple[str, str, bool], float] = {}
    for (key, _), many in edges.items():
        # lines that pass a row in one place leave their box in one place too
        places = sorted({(x, "" if shared else name[:2]) for x, name, shared in many}, key=str)
        places.sort(key=lambda place: place[0])
        step = min(_PORT * 1.6, (widths[key] - 2 * _PAD) / max(len(places) - 1, 1))
        for x, name, shared in many:
            n = places.index((x, "" if shared else name[:2]))
            found[name] = layout.spots[key].x + (n - (len(places) - 1) / 2) * step
    return found


def _points(arrow: Arrow, layout: MapLayout, ports: Ports) -> list[tuple[float, float]]:
    """Where a line goes, from the edge of its source to that of its target."""
    source, target = layout.spots[arrow.source], layout.spots[arrow.target]
    falls = target.row > source.row
    near, far = (_BOX, 0.0) if falls else (0.0, _BOX)
    points = [(ports[arrow.source, arrow.target, True], source.row * _PITCH + near)]
    for bend in layout.bends[arrow.source, arrow.target]:
        top = bend.row * _PITCH
        points += [(bend.x, top + far), (bend.x, top + near)]
    points.append((ports[arrow.source, arrow.target, False], target.row * _PITCH + far))
    return [(x + _EDGE, y + _EDGE) for x, y in points]


def _lines(arrows: Sequence[Arrow], layout: MapLayout, ports: Ports) -> Iterator[str]:
    """The lines, each part once; a part that lines of several signs share is drawn as open."""
    ways = [(arrow.sign, _pieces(_points(arrow, layout, ports))) for arrow in arrows]
    signs: defaultdict[tuple[str, str], set[Sign]] = defaultdict(set)
    for sign, pieces in ways:
        for piece in pieces:
            signs[piece].add(sign)
    drawn: set[tuple[str, str]] = set()
    for sign, pieces in ways:
        way, style = "", Sign.OPEN
        for start, course in pieces:
            shared = signs[start, course]
            own = sign if len(shared) == 1 else Sign.OPEN
            known = (start, course) in drawn
            if way and (known or own is not style):
                yield _stroke(way, style)
                way = ""
            if not known:
                way, style = (way or f"M{start}") + course, own
                drawn.add((start, course))
        if way:
            yield _stroke(way, style)


def _pieces(points: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
    """A line cut where it meets the rows: where each piece starts, and its course."""
    found: list[tuple[str, str]] = []
    for n, ((x, y), (u, v)) in enumerate(pairwise(points)):
        half = (v - y) / 2
        curve = f"C{px(x)} {px(y + half)} {px(u)} {px(v - half)} {px(u)} {px(v)}"
        found.append((f"{px(x)} {px(y)}", f"V{px(v)}" if n % 2 else curve))
    return found


def _stroke(way: str, sign: Sign) -> str:
    dashes = ' stroke-dasharray="5 3"' if sign is Sign.DOWN else ""
    width = "1" if sign is Sign.OPEN else "1.3"
    return f'<path d="{way}" fill="none" stroke="{INKS[sign]}" stroke-width="{width}"{dashes}/>'


def _sign(arrow: Arrow, layout: MapLayout, ports: Ports) -> Iterator[str]:
    """The arrowhead, and + or − beside the line where the direction is known."""
    x, y = _points(arrow, layout, ports)[-1]
    falls = layout.spots[arrow.target].row > layout.spots[arrow.source].row
    back = -1 if falls else 1
    ink = INKS[arrow.sign]
    head = f"M{px(x)} {px(y)}l-3 {px(back * 6)}h6Z"
    yield f'<path d="{head}" fill="{ink}"/>'
    if arrow.sign is not Sign.OPEN:
        yield plus_or_minus(arrow.sign, x, y + back * 11)


def _fragment(node: MapNode) -> str:
    """Where the definition of a box stands on the page."""
    return anchor("state" if node.kind == "state machine" else node.kind, node.name)


def _text(x: float, y: float, text: str, ink: str, more: str = "") -> str:
    return f'<text x="{px(x)}" y="{px(y)}" fill="{ink}"{more}>{escape(text)}</text>'
