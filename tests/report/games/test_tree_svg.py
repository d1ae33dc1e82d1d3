"""Pictures of trees: well-formed, escaped, legible without colour, the same every time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from games import deterrence
from games.random_trees import sketch
from schelling.games.trees import build
from schelling.games.trees.build import chance, decision, end
from schelling.games.trees.tree import Tree
from schelling.report.games import tikz_tree, tree_layout, tree_svg

SVG = "{http://www.w3.org/2000/svg}"


def provocation() -> tuple[Tree, np.ndarray, np.ndarray]:
    luck = chance({"small": (0.3, end("clash")), "large": (0.7, end("wider war"))})
    answer = decision("nato", {"ignore": end("hollow"), "respond": luck})
    root = decision("russia", {"hold": end("hold"), "strike": answer})
    game = build.compile(root, ["russia", "nato"])
    strike, respond = np.array([0.6, 0.7, 0.8, 0.9]), np.array([0.005, 0.001, 0.002, 0.004])
    choice = np.stack(
        [1 - strike, strike, 1 - respond, respond, np.full(4, 0.3), np.full(4, 0.7)], axis=1
    )
    payoffs = np.random.default_rng(0).normal(size=(4, 4, 2))
    return game, choice, payoffs


def texts(markup: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(markup).iter(SVG + "text")]


def test_it_is_one_accessible_element_without_script_or_style() -> None:
    game, choice, payoffs = provocation()
    markup = tree_svg.svg(game, choice, payoffs, "The provocation game")
    root = ET.fromstring(markup)
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "The provocation game"
    assert "Most likely path: strike, ignore." in (desc.text or "")
    assert not re.search(r"<script|<style|style=|href|url\(|on\w+=", markup)
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', markup)]
    assert min(sizes) >= 12


def test_the_same_game_gives_the_same_bytes() -> None:
    game, choice, payoffs = provocation()
    assert tree_svg.svg(game, choice, payoffs) == tree_svg.svg(*provocation())
    assert tree_svg.svg(game, choice, payoffs, "one") != tree_svg.svg(game, choice, payoffs, "two")


def test_actions_probabilities_payoffs_and_players_are_written_out() -> None:
    game, choice, payoffs = provocation()
    shown = texts(tree_svg.svg(game, choice, payoffs))
    for label in ("russia", "nato", "chance", "hold", "strike", "75 %", "<1 %", ">99 %", "30 %"):
        assert label in shown
    first = next(text for text in shown if text.startswith("hold ("))
    mean = payoffs[:, 0].mean(axis=0)
    numbers = [float(n.replace("−", "-")) for n in re.findall(r"[−\d.]+", first)[:2]]
    np.testing.assert_allclose(numbers, mean, atol=5e-4)  # three decimals are shown
    assert first.endswith("25 %")


def test_lines_tell_the_likely_path_from_what_is_hardly_reached() -> None:
    game, choice, payoffs = provocation()
    root = ET.fromstring(tree_svg.svg(game, choice, payoffs))
    lines = {}
    for group in root.iter(SVG + "g"):
        path, label = group.find(SVG + "path"), group.find(SVG + "text")
        if path is not None and label is not None and label.text:
            lines[label.text] = path
    assert lines["strike"].get("stroke") != lines["hold"].get("stroke")
    assert float(lines["strike"].get("stroke-width", 0)) >= 3.6
    assert float(lines["strike"].get("stroke-width", 0)) > float(
        lines["hold"].get("stroke-width", 0)
    )
    assert lines["respond"].get("stroke-dasharray")
    assert not lines["hold"].get("stroke-dasharray")


def test_hovering_shows_quantiles_over_draws() -> None:
    game, choice, payoffs = provocation()
    root = ET.fromstring(tree_svg.svg(game, choice, payoffs))
    hovers = [node.text or "" for node in root.iter(SVG + "title")]
    low, middle, high = np.quantile(choice[:, 1], [0.05, 0.5, 0.95])
    expected = f"strike: mean 75 %, median {middle:.0%}, 90 % of draws {low:.0%} to {high:.0%}"
    assert expected.replace("%", " %").replace("  ", " ") in hovers


def test_every_label_is_escaped() -> None:
    nasty = '<script>alert("1")</script>&\x00\x08\ud800'
    tell = decision(nasty, {nasty: end(nasty), "b": end()}, nasty, nasty)
    root = chance({nasty: (0.5, tell), "y": (0.5, tell)})
    game = build.compile(root, [nasty])
    markup = tree_svg.svg(game, None, np.zeros((1, 4, 1)), nasty)
    ET.fromstring(markup)
    assert "<script" not in markup
    assert "\x00" not in markup
    assert markup.encode("utf-8")


def test_information_sets_are_bands_that_name_their_owner() -> None:
    root = deterrence.poker()
    game = build.compile(root, ["1", "2"])
    markup = tree_svg.svg(game)
    assert "2 cannot tell these 2 nodes apart: set 1 (reply)" in markup
    assert markup.count("stroke-linecap") == 3  # one band of three strokes, singletons have none
    assert "band: nodes that cannot be told apart" in markup


def test_draws_without_an_answer_are_left_out() -> None:
    game, choice, payoffs = provocation()
    with_gap = np.concatenate([choice, np.full((1, 6), np.nan)])
    longer = np.concatenate([payoffs, payoffs[:1]])
    assert "nan" not in tree_svg.svg(game, with_gap, longer)
    assert "75 %" in texts(tree_svg.svg(game, with_gap, longer))
    payoffs[1, 2, 1] = np.nan
    nothing = tree_svg.svg(game, np.full((4, 6), np.nan), payoffs)
    assert "nan" not in nothing
    ET.fromstring(nothing)


def test_nodes_do_not_overlap_and_stay_inside() -> None:
    for seed in range(15):
        game = build.compile(sketch(seed, players=3, depth=4), ["p0", "p1", "p2"])
        layout = tree_layout.place(game, None, None)
        spots = {(place.x, place.y) for place in layout.places}
        assert len(spots) == game.size
        ends = sorted(place.y for place in layout.places if game.end_of[place.node] >= 0)
        assert min(np.diff(ends), default=99.0) >= 40  # room for a label above and below
        for place in layout.places:
            up = game.parent[place.node]
            if up >= 0:
                assert place.x > layout.places[up].x


def test_large_trees_fold_where_play_hardly_goes() -> None:
    root = end("deep")
    for level in range(9):
        root = decision("a", {"left": root, "right": root}, name=f"level {level}")
    game = build.compile(root, ["a"])
    assert game.size == 1023
    choice = np.tile([0.9, 0.1], game.size // 2)[None]
    markup = tree_svg.svg(game, choice)
    assert "more nodes" in markup
    assert len(re.findall("<circle|<polygon", markup)) < 200
    layout = tree_layout.place(game, choice, None)
    assert game.at(*["left"] * 9) in {place.node for place in layout.places}
    assert game.at(*["right"] * 9) not in {place.node for place in layout.places}
    assert sum(place.hidden for place in layout.places) + len(layout.places) == game.size


def test_long_labels_are_cut_and_kept_for_hovering() -> None:
    label = "a " + "very " * 30 + "long name"
    game = build.compile(decision("ann", {label: end("x")}), ["ann"])
    markup = tree_svg.svg(game)
    assert max(map(len, texts(markup))) < 60
    assert label in markup


@pytest.mark.parametrize("colour", tree_svg.COLOURS)
def test_colours_are_dark_enough_for_text(colour: str) -> None:
    """Contrast of WCAG 2.2, criterion 1.4.3: at least 4.5 to 1 against white."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_tikz_is_balanced_and_escaped() -> None:
    game, choice, payoffs = provocation()
    text = tikz_tree.tikz(game, choice, payoffs)
    assert text.count(r"\begin{tikzpicture}") == text.count(r"\end{tikzpicture}") == 1
    assert text.count(r"\draw[") == len(game.edges)
    assert "strike" in text
    assert "dashed" in text
    nasty = build.compile(decision("a_b", {"50% & {#$~^\\": end("x")}, "s"), ["a_b"])
    markup = tikz_tree.tikz(nasty)
    assert r"50\% \& \{\#\$\textasciitilde{}\textasciicircum{}\textbackslash{}" in markup
    assert r"a\_b" in markup
    for unescaped in (r"(?<!\\)#", r"(?<!\\)&", r"(?<!\\)\$"):
        assert not re.search(unescaped, markup)
    depth = 0
    for mark in re.findall(r"(?<!\\)[{}]", markup):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_tikz_joins_information_sets() -> None:
    game = build.compile(deterrence.poker(), ["1", "2"])
    assert tikz_tree.tikz(game).count("opacity=0.2") == 1
