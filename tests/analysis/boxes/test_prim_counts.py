"""Boxes of worlds in a row, where every slice can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from schelling.analysis.boxes.boxes import Box, Fit, unrestricted
from schelling.analysis.boxes.cart import tree_boxes
from schelling.analysis.boxes.prim import PrimSettings, Step, choose, find_boxes, paste

ROW = np.arange(200.0)[:, np.newaxis]


@pytest.mark.parametrize("side", ["low", "high"])
@pytest.mark.parametrize(("share", "slice_"), [(0.10, 10), (0.109, 10), (0.001, 1)])
def test_a_paste_holds_its_share_of_the_box_and_no_world_more(
    side: str, share: float, slice_: int
) -> None:
    """Half of a box of 100 is sought, and all of one slice beyond; a slice is rounded down."""
    sought = (ROW[:, 0] >= 100) & (np.arange(200) % 2 == 0)
    sought |= (ROW[:, 0] >= 100 - slice_) & (ROW[:, 0] < 100)
    none, mirrored = np.array([-np.inf]), np.array([np.inf])
    box = Box(np.array([99.5]), mirrored, (None,))
    x = ROW
    if side == "high":
        box, x = Box(none, np.array([-99.5]), (None,)), -ROW
    wider = paste(box, x, sought, settings=PrimSettings(paste=share))
    edge = 100 - slice_ - 0.5
    assert (wider.low[0], wider.high[0]) == ((edge, np.inf) if side == "low" else (-np.inf, -edge))


def step(worlds: int, caught: int, dimensions: int) -> Step:
    """A step of a trajectory over 1,000 worlds, 200 of them sought."""
    fit = Fit(caught / 200, caught / worlds, worlds / 1000, worlds, caught, dimensions)
    return Step(unrestricted(dimensions), fit)


@pytest.mark.parametrize("later", [(4, 2, 3), (3, 2, 4), (2, 4, 3)])
def test_of_steps_that_tell_as_much_the_one_with_fewest_restrictions_is_chosen(
    later: tuple[int, ...],
) -> None:
    steps = [step(1000, 200, 0), *(step(250, 150, dimensions) for dimensions in later)]
    assert choose(steps).fit.dimensions == 2


def test_a_step_that_tells_more_is_chosen_whatever_it_restricts() -> None:
    """Correlations of 0.612 and 0.625 by hand: one world sought more, two restrictions more."""
    assert choose([step(1000, 200, 0), step(250, 150, 1), step(250, 152, 3)]).fit.caught == 152


def test_three_boxes_are_told_unless_another_number_is_asked_for() -> None:
    """Five assumptions, each of which is enough at one end: a box each."""
    x = np.random.default_rng(1).random((4000, 5))
    sought = (x > 0.85).any(axis=1)
    assert [len(find_boxes(x, sought, most=most)) for most in (1, 2, 4)] == [1, 2, 4]
    assert len(find_boxes(x, sought)) == 3


@pytest.mark.parametrize(("least", "leaves"), [(0.5, [10, 10]), (0.55, [20])])
def test_a_tree_splits_what_has_room_for_two_leaves(least: float, leaves: list[int]) -> None:
    x = np.arange(20.0)[:, np.newaxis]
    found = tree_boxes(x, x[:, 0] >= 10, depth=1, least=least)
    assert [leaf.fit.worlds for leaf in found] == leaves
