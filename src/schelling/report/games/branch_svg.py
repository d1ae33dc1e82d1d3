"""A logit equilibrium branch as self-contained SVG text: probability against precision.

One line per action, told apart by colour and dash and named at its end; diamonds where the branch
folds, rings where it splits. No script, no style sheet, no foreign request; every label is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from jaxtyping import Float

from schelling.errors import printable
from schelling.games.errors import GameError
from schelling.games.tables.quantal_branch import QuantalBranch
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.games.tree_layout import shorten
from schelling.report.games.tree_svg import COLOURS

_LEFT, _TOP, _WIDTH, _HEIGHT = 56.0, 44.0, 440.0, 260.0
_DASHES = ("", "7 3", "2 3", "9 3 2 3")
_INK, _SOFT, _GRID = "#1a1a1a", "#5b5b5b", "#dddddd"
_NEAR = 0.002  # points closer than this share of the picture are left out
_LINE = 15.0  # least distance between the names at the line ends


def svg(
    branch: QuantalBranch,
    actions: Sequence[Sequence[str]] = (),
    players: Sequence[str] = (),
    title: str = "",
    show: Sequence[int] | None = None,
) -> str:
    """Draw the probabilities of some players' actions along the branch.

    Args:
        branch: The branch.
        actions: Name of each action, by player; numbered unless given.
        players: Name of each player; numbered unless given.
        title: What the picture is called.
        show: Which players to draw; all unless given.

    Returns:
        One `svg` element; the same input gives the same text.

    Raises:
        GameError: The names do not fit the branch.

    Examples:
        >>> from schelling.games.tables import quantal_branch
        >>> chicken = np.array([[[[0.0, 0], [-0.5, 1]], [[1, -0.5], [-3, -3]]]])
        >>> (found,) = quantal_branch.trace(chicken, 2.0)
        >>> picture = svg(found, [("swerve", "straight")] * 2, ("<ann>", "bob"))
        >>> picture.count("<polyline"), "&lt;ann&gt;" in picture, "<ann>" in picture
        (4, True, False)
    """
    labels, names = _labels(branch, actions, players)
    chosen = range(len(branch.play)) if show is None else show
    top = float(np.max(branch.precision)) or 1.0
    lines: list[str] = []
    ends: list[tuple[float, str, str]] = []
    for player in chosen:
        colour = COLOURS[player % len(COLOURS)]
        for action, label in enumerate(labels[player]):
            share = branch.play[player][:, action]
            x, y = _across(branch.precision, top), _up(share)
            lines.append(_line(x, y, colour, action, f"{names[player]}: {label}"))
            ends.append((float(y[-1]), colour, f"{shorten(names[player])}: {shorten(label)}"))
            lines.extend(_marks(branch, share, top, colour))
    heading = title or "Logit equilibrium branch"
    width = _LEFT + _WIDTH + 18 + max((text_width(text) for _, _, text in ends), default=0.0)
    width = max(width, _LEFT + text_width(heading, bold=True) + 18)
    height = max([_TOP + _HEIGHT + 48, *(below + _LINE for below, _, _ in _apart(ends))])
    return pinned(
        "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" '
                f'width="{px(width)}" height="{px(height)}" role="img" '
                f'font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">',
                f"<title>{_text(heading)}</title>",
                f"<desc>{_text(describe(branch, labels, names))}</desc>",
                f'<rect width="{px(width)}" height="{px(height)}" fill="#ffffff"/>',
                f'<text x="{px(_LEFT)}" y="24" font-weight="600">{_text(heading)}</text>',
                *_frame(top),
                *lines,
                *_names(ends),
                "</svg>",
            ]
        )
    )


def describe(
    branch: QuantalBranch, actions: Sequence[Sequence[str]], players: Sequence[str]
) -> str:
    """The picture in words, for those who do not see it.

    Args:
        branch: The branch.
        actions: Name of each action, by player.
        players: Name of each player.

    Returns:
        A few sentences: where the branch ends, where it folds and splits.
    """
    end = branch.precision[-1]
    words = [f"Principal branch from uniform play at precision 0 to precision {end:.4g}."]
    for name, own, play in zip(players, actions, branch.play, strict=True):
        shares = ", ".join(f"{a} {p:.3f}" for a, p in zip(own, play[-1], strict=True))
        words.append(f"At its end {name} plays {shares}.")
    for what, places in (("folds", branch.folds), ("splits", branch.bifurcations)):
        if len(places):
            words.append(f"It {what} at precision {', '.join(f'{p:.4g}' for p in places)}.")
    return " ".join(words)


def _labels(
    branch: QuantalBranch, actions: Sequence[Sequence[str]], players: Sequence[str]
) -> tuple[list[Sequence[str]], list[str]]:
    counts = [own.shape[1] for own in branch.play]
    labels = list(actions) or [[str(a + 1) for a in range(count)] for count in counts]
    names = list(players) or [f"player {i + 1}" for i in range(len(counts))]
    if [len(own) for own in labels] != counts or len(names) != len(counts):
        msg = f"the branch has actions {counts}; got names for {[len(own) for own in labels]}"
        raise GameError(msg)
    return labels, names


def _across(precision: Float[np.ndarray, " point"], top: float) -> Float[np.ndarray, " point"]:
    return _LEFT + _WIDTH * precision / top


def _up(share: Float[np.ndarray, " point"]) -> Float[np.ndarray, " point"]:
    return _TOP + _HEIGHT * (1.0 - share)


def _at(
    precision: float, share: Float[np.ndarray, " point"], k: int, top: float
) -> tuple[float, float]:
    """Where a precision meets the share of point k."""
    return float(_across(np.array([precision]), top)[0]), float(_up(share)[k])


def _line(
    x: Float[np.ndarray, " point"],
    y: Float[np.ndarray, " point"],
    colour: str,
    action: int,
    name: str,
) -> str:
    kept = [0]
    for k in range(1, len(x)):
        far = abs(x[k] - x[kept[-1]]) / _WIDTH + abs(y[k] - y[kept[-1]]) / _HEIGHT
        if far > _NEAR or k == len(x) - 1:
            kept.append(k)
    points = " ".join(f"{px(x[k])},{px(y[k])}" for k in kept)
    dash = _DASHES[action % len(_DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}>'
        f"<title>{_text(name)}</title></polyline>"
    )


def _marks(
    branch: QuantalBranch, share: Float[np.ndarray, " point"], top: float, colour: str
) -> list[str]:
    """Diamonds at folds and rings at bifurcations, on one line."""
    marks: list[str] = []
    rises = np.sign(np.diff(branch.precision))
    turns = np.flatnonzero(rises[:-1] * rises[1:] < 0) + 1
    for precision, k in zip(branch.folds, turns, strict=False):
        x, y = _at(precision, share, int(k), top)
        path = f"M{px(x - 5)} {px(y)}L{px(x)} {px(y - 5)}L{px(x + 5)} {px(y)}L{px(x)} {px(y + 5)}Z"
        marks.append(
            f'<path d="{path}" fill="#ffffff" stroke="{colour}" stroke-width="1.5">'
            f"<title>fold at precision {precision:.4g}</title></path>"
        )
    for precision in branch.bifurcations:
        k = int(np.argmin(np.abs(branch.precision - precision)))
        x, y = _at(precision, share, k, top)
        marks.append(
            f'<circle cx="{px(x)}" cy="{px(y)}" r="4.5" fill="#ffffff" stroke="{colour}" '
            f'stroke-width="1.5"><title>splits at precision {precision:.4g}</title></circle>'
        )
    return marks


def _frame(top: float) -> list[str]:
    parts: list[str] = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _TOP + _HEIGHT * (1 - share)
        parts.append(
            f'<line x1="{px(_LEFT)}" y1="{px(y)}" x2="{px(_LEFT + _WIDTH)}" y2="{px(y)}" '
            f'stroke="{_GRID}"/>'
        )
        parts.append(
            f'<text x="{px(_LEFT - 8)}" y="{px(y + 4)}" text-anchor="end" fill="{_SOFT}">'
            f"{share:g}</text>"
        )
    for part in range(5):
        x = _LEFT + _WIDTH * part / 4
        parts.append(
            f'<text x="{px(x)}" y="{px(_TOP + _HEIGHT + 18)}" text-anchor="middle" '
            f'fill="{_SOFT}">{top * part / 4:.3g}</text>'
        )
    parts.append(
        f'<text x="{px(_LEFT + _WIDTH / 2)}" y="{px(_TOP + _HEIGHT + 38)}" text-anchor="middle">'
        "precision (per payoff unit)</text>"
    )
    return parts


def _names(ends: list[tuple[float, str, str]]) -> list[str]:
    """Names at the line ends."""
    return [
        f'<text x="{px(_LEFT + _WIDTH + 8)}" y="{px(y)}" fill="{colour}">{_text(text)}</text>'
        for y, colour, text in _apart(ends)
    ]


def _apart(ends: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Names and where they are written, pushed apart so that none covers another."""
    places: list[tuple[float, str, str]] = []
    below = -np.inf
    for y, colour, text in sorted(ends):
        below = max(y + 4.5, below + _LINE)
        places.append((below, colour, text))
    return places


def _text(text: str) -> str:
    return escape(printable(text))
