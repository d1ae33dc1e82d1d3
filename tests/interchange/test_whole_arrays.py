"""An array without subscripts in a sum is the whole array, whatever the equation is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from interchange.running import imported_course
from schelling.interchange.xmile.into_case import imported

OVER = '<dimensions><dim name="kind"/></dimensions>'
MODEL = f"""<xmile><sim_specs method="Euler"><start>0</start><stop>2</stop><dt>1</dt></sim_specs>
<dimensions><dim name="kind" size="2"/><dim name="b" size="3"/></dimensions><model><variables>
<aux name="m"><dimensions><dim name="kind"/><dim name="b"/></dimensions><eqn>10*kind+b</eqn></aux>
<aux name="v">{OVER}<eqn>kind</eqn></aux>
<aux name="share">{OVER}<eqn>v / SUM(v)</eqn></aux>
<aux name="all">{OVER}<eqn>SUM(m) + MAX(v)</eqn></aux>
<aux name="row">{OVER}<eqn>SUM(m[kind,*])</eqn></aux>
<aux name="late">{OVER}<element subscript="1"><eqn>DELAY1(SUM(v), 2)</eqn></element>
  <element subscript="2"><eqn>SIZE(v)</eqn></element></aux>
</variables></model></xmile>"""


def test_a_share_of_the_whole_is_one(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    path.write_text(MODEL, encoding="utf-8")
    found = imported_course(imported(path), tmp_path)
    last = {name: series[-1] for name, series in found.items()}

    def of(name: str) -> list[float]:
        return [last[f"{name}[kind_{n}]"] for n in (1, 2)]

    assert of("share") == pytest.approx([1 / 3, 2 / 3])
    assert of("all") == pytest.approx([104, 104])  # 36 + 66, and the larger of 1 and 2
    assert of("row") == pytest.approx([36, 66])
    assert of("late") == pytest.approx([3, 2])
