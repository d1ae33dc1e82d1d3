"""Checking a case loads nothing heavy, so that an editor and `schelling check` answer at once."""

import subprocess
import sys
from pathlib import Path

HEAVY = {"altair", "jax", "jaxlib", "numpy", "pandas", "pyarrow", "scipy", "xarray", "zarr"}
MANY_UNITS = """
schelling: 1
title: Many units
time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}
assumptions:
  kin: {prior: "beta(11, 89)", unit: share, why: a survey}
  tariff: {prior: 2 to 5, unit: percent, why: a schedule}
  rate: {prior: 0.02 to 0.2, unit: 1 / month, why: a guess}
  wage: {prior: 2 to 5, unit: EUR / hour, why: a survey}
stocks:
  aid: {start: 0, unit: EUR, change: 1000 EUR / 1 quarter}
  debt: {start: 0, unit: USD, change: 1 USD / year}
  dead: {start: 0, unit: persons, change: 1 person / day}
  front: {start: 1000, unit: km}
  arms: {start: 10, unit: weapons, change: -rate * arms}
claims:
  grows: {why: a question, holds: "at(aid, 12 weeks) > 100 EUR and final(arms) < 5 weapons"}
"""


def test_a_case_with_many_units_loads_no_arrays(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(MANY_UNITS, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from schelling.case.check import check; "
        f"checked = check(Path({str(path)!r})); assert checked.case, checked.rendered(); "
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not HEAVY & {name.split(".")[0] for name in done.stdout.split()}
