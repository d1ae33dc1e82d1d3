"""The tipping map: cells of equal size, shares that can be derived, names that must be known."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.testclient import TestClient

from schelling.report.live import plane
from schelling.web.desk import Desk, ServedCase
from schelling.web.page_state import REFINED, PageState
from web.conftest import BASE, Ask


def test_a_claim_tips_where_one_assumption_passes_the_other(place: ServedCase) -> None:
    """`gain > cost`: certain in the corner of large gains and small costs, never in the other."""
    run = Desk(place).refined(PageState())
    seen = plane.plane(run, "pays")
    assert {seen.across, seen.upward} == {"cost", "gain"}
    seen = plane.plane(run, "pays", "cost", "gain")
    assert seen.worlds.sum() == REFINED
    # sevenths of a scrambled Sobol' sequence of 8,192 points
    assert np.abs(seen.worlds - REFINED / 49).max() < 40
    assert seen.shares[-1, 0] == 1.0
    assert seen.shares[0, -1] == 0.0
    assert (np.diff(seen.shares, axis=1) <= 0).all()
    held = np.nansum(seen.shares * seen.worlds)
    assert held / REFINED == pytest.approx(run.shares["pays"].share, abs=1e-12)  # rounding only


def test_a_cell_of_few_worlds_tells_no_share(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plane, "FEW", REFINED // 49)  # as many as a cell has in the middle
    seen = plane.plane(Desk(place).refined(PageState()), "pays", "cost", "gain")
    few = seen.worlds < plane.FEW
    assert 0 < few.sum() < few.size
    assert (np.isnan(seen.shares) == few).all()
    told = [cell for row in plane.figure(seen).table.rows for cell in row]
    assert told.count("too few") == few.sum()


def test_few_values_are_cells_of_their_own(place: ServedCase) -> None:
    seen = plane.plane(Desk(place).refined(PageState()), "is_one", "kind", "cost")
    assert seen.shares.shape == (plane.CELLS, 2)
    assert (seen.shares == [0.0, 1.0]).all()
    drawn = plane.figure(seen)
    assert drawn.table.head == ("cost \\ kind", "0", "1")
    assert "Each value of kind has cells of its own" in drawn.reading
    assert str(drawn.picture).count('stroke-width="3"') == plane.CELLS  # between the two values
    for value in ("0", "1"):
        assert f">{value}</text>" in str(drawn.picture)


def test_it_is_asked_by_name(ask: Ask, client: TestClient) -> None:
    found = ask("plane", claim="pays")
    assert {found["across"], found["upward"]} == {"cost", "gain"}
    assert "Where pays holds" in found["html"]
    for names in ({"claim": "none"}, {"claim": "pays", "across": "cost", "upward": "cost"}):
        assert client.post(f"{BASE}api/plane", json=names).status_code == 400
    assert client.post(f"{BASE}api/plane", json={"claim": 3}).status_code == 400
