"""What the signs of a causal map mean, each with a small drawing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from markupsafe import Markup

from schelling.compile.influence.monotone import Sign
from schelling.report.brief import map_picture
from schelling.report.brief.map_folding import Folded
from schelling.report.brief.verdict_groups import FAILS, FOLLOWS, HANGS
from schelling.report.charts import theme

CHIPS: Final[Mapping[str, tuple[str, str]]] = {
    FOLLOWS: (theme.DEEP, theme.PAPER),
    HANGS: (theme.PALE, theme.INK),
    FAILS: (theme.PAPER, theme.INK),
}
"""Ground and digits of the disc of a claim, by the group of its verdict."""

_KINDS = ("stock", "variable", "population", "event", "game", "state machine", "assumption")
_SIGNS = {Sign.UP: "raises", Sign.DOWN: "lowers", Sign.OPEN: "direction open"}
_DISCS = {FOLLOWS: "claim that follows", HANGS: "hangs on something", FAILS: "fails"}


def reading(shown: Folded, groups: Collection[str]) -> Markup:
    """How to read a map: every sign that occurs in it, with what it means.

    Args:
        shown: What of the map is drawn.
        groups: Groups of the claims that are numbered.

    Returns:
        A sentence with small pictures in it.
    """
    signs = (
        Markup('<span class="key">{} {}</span>').format(sign, words)
        for sign, words in _entries(shown, groups)
    )
    return Markup("Causes above, effects below. {}.").format(Markup(", ").join(signs))


def _entries(shown: Folded, groups: Collection[str]) -> Iterator[tuple[Markup, str]]:
    kinds = {node.kind for node in shown.nodes}
    for kind in _KINDS:
        if kind in kinds:
            yield _small(26, map_picture.outline(kind, 1, 2, 24, 12), kind), kind
    signs = {arrow.sign for arrow in shown.arrows}
    for sign, words in _SIGNS.items():
        if sign in signs:
            dashes = ' stroke-dasharray="5 3"' if sign is Sign.DOWN else ""
            line = f'<path d="M0 8H26" stroke="{map_picture.INKS[sign]}" fill="none"{dashes}/>'
            if sign is not Sign.OPEN:
                line += map_picture.plus_or_minus(sign, 13, 8)
            yield _small(26, line, words), words
    yield from _marks(shown)
    for key, words in _DISCS.items():
        if shown.claims and key in groups:
            ring = f'<circle cx="8" cy="8" r="6" fill="{CHIPS[key][0]}" stroke="{theme.INK}"/>'
            yield _small(16, ring, words), words


def _marks(shown: Folded) -> Iterator[tuple[Markup, str]]:
    """What stands beside a name in a box."""
    if shown.hub:
        words = f"depends on {shown.hub}"
        yield _small(10, map_picture.diamond(1, 8, theme.INK), words), words
    if any(shown.counts.values()):
        yield Markup("+2"), "further inputs, not drawn"


def _small(width: int, drawing: str, words: str) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="16" '
        'viewBox="0 0 {w} 16"><title>{title}</title>{body}</svg>'
    ).format(w=width, title=words, body=Markup(drawing))  # drawings are ours and therefore safe
