"""Curves from tables beside a case, beside NumPy's."""

from pathlib import Path

import numpy as np

import schelling
from schelling.case.check import check

CASE = """
schelling: 1
title: A curve from a table
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
tables:
  price: {table: price.csv, curve: [month, price], units: {month: months, price: 10 EUR}}
  cold: {table: cold.csv, curve: [day, cold]}
assumptions: {x: {prior: "uniform(0, 1)", why: x}}
variables:
  paid: interpolate(elapsed, price)
  winter: interpolate(now, cold)
  written: "interpolate(now, [[2022-04-01, 0], [2022-05-01, 1], [2022-06-01, 0.25]])"
  same: winter == written
claims:
  dear: {why: x, holds: mean(paid) > 20 EUR}
  alike: {why: x, holds: always(same)}
"""


def test_a_curve_of_a_table_is_that_of_the_library(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "price.csv").write_text("month,price\n0.5,1\n1,4\n2,3\n", encoding="utf-8")
    cold = "day,cold\n2022-04-01,0\n2022-05-01,1\n2022-06-01,0.25\n"
    (tmp_path / "cold.csv").write_text(cold, encoding="utf-8")
    case = schelling.load(tmp_path)
    assert [path.name for path in case.tables] == ["price.csv", "cold.csv"]
    run = schelling.run(case, worlds=16, replicates=4)
    months = np.arange(14) / (365.25 / 12 / 7)
    wanted = 10 * np.interp(months, [0.5, 1, 2], [1, 4, 3])
    found = run.series["paid"].isel(world=0).to_numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-12)  # rounding
    assert run.draws["holds.alike"].all()


def test_a_changed_cell_makes_another_case(tmp_path: Path) -> None:
    digests: list[str] = []
    for cell in ("1", "2"):
        (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
        (tmp_path / "price.csv").write_text(f"month,price\n0,{cell}\n1,4\n", encoding="utf-8")
        (tmp_path / "cold.csv").write_text("day,cold\n2022-04-01,0\n2022-05-01,1\n", "utf-8")
        checked = check(tmp_path)
        assert checked.case is not None
        digests.append(checked.case.digest)
    assert len(set(digests)) == 2
