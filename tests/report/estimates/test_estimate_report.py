"""Estimates in print: the terminal, JSON, LaTeX and Markdown say the same numbers."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import schelling
from schelling.errors import RunError
from schelling.report.estimates import estimate_json, estimate_tables, estimate_terminal
from schelling.study.estimating.fitted import Estimation, FitStatus

GAME = Path(__file__).parents[2] / "study" / "estimating" / "data" / "crisis.efg"
MODEL = """choice(attacker) = go
choice(defender) = fight
attacker.status quo ~ x_1
attacker.war = -1
defender.war ~ group"""
RIVAL = MODEL.replace("~ x_1", "~ 1").replace("~ group", "~ x_1")


def table(separated: bool = False) -> pd.DataFrame:
    source = np.random.default_rng(5)
    rows = 400
    group = source.choice(["50%", "a&b"], rows)
    fight = source.random(rows) < np.where(group == "a&b", 0.7, 0.4)
    if separated:
        fight = group == "a&b"
    return pd.DataFrame(
        {
            "go": (source.random(rows) < 0.6).astype(int),
            "fight": fight.astype(int),
            "x_1": source.normal(size=rows).round(3),
            "group": group,
        }
    )


@pytest.fixture(scope="module")
def estimation() -> Estimation:
    found = schelling.estimate(GAME, table(), MODEL, against=[RIVAL], vary="x_1", profile=True)
    assert isinstance(found, Estimation)
    return found


@pytest.fixture(scope="module")
def separated() -> Estimation:
    found = schelling.estimate(GAME, table(separated=True), MODEL)
    assert isinstance(found, Estimation)
    return found


def printed(estimation: Estimation, width: int = 100) -> str:
    console = Console(width=width, no_color=True)
    with console.capture() as capture:
        console.print(estimate_terminal.summary(estimation))
    return capture.get()


def test_the_terminal_shows_every_coefficient(estimation: Estimation) -> None:
    text = printed(estimation).replace("−", "-")
    for row in estimation.fitted.coefficients:
        assert re.search(rf"{re.escape(row.name)} +{row.estimate:.4f} +{row.error:.4f}", text)
    assert "defender.capitulation = 0, attacker.war = -1" in " ".join(text.split())
    assert "Vuong: z = " in text


@pytest.mark.parametrize("width", [40, 60, 200])
def test_no_line_is_wider_than_the_terminal(estimation: Estimation, width: int) -> None:
    assert max(map(len, printed(estimation, width).splitlines())) <= width


def test_bands_hold_the_probabilities(estimation: Estimation) -> None:
    found = estimation.fitted.prediction
    assert found is not None
    assert (found.low <= found.chance).all()
    assert (found.chance <= found.high).all()
    assert np.allclose(found.chance.sum(axis=1), 1.0)
    assert dict(found.held) == {"group": found.held[0][1]}


def test_json_has_numbers_or_null(estimation: Estimation, separated: Estimation) -> None:
    data = json.loads(json.dumps(estimate_json.to_json(estimation), allow_nan=False))
    assert data["schema"] == "schelling.estimate/1"
    assert data["coefficients"][0]["estimate"] == estimation.fitted.coefficients[0].estimate
    assert set(data["tests"]) == {"vuong", "clarke"}
    data = json.loads(json.dumps(estimate_json.to_json(separated), allow_nan=False))
    assert data["status"] == "separated"
    unknown = [row for row in data["coefficients"] if row["estimate"] is None]
    assert {row["equation"] for row in unknown} == {"defender.war"}
    assert all(row["standard_error"] is None for row in data["coefficients"])


def test_separated_data_are_told_and_get_no_errors(separated: Estimation) -> None:
    assert separated.fitted.status is FitStatus.SEPARATED
    assert not separated.sound
    assert all(math.isnan(row.error) for row in separated.fitted.coefficients)
    text = " ".join(printed(separated).split())
    assert "no finite estimate" in text
    assert "defender.war:group[a&b] (+)" in text
    assert "∞" in text


def test_latex_escapes_what_strangers_write(estimation: Estimation) -> None:
    text = estimate_tables.latex(estimation)
    assert r"x\_1" in text
    assert r"group[a\&b]" in text
    body = re.sub(r"\\.", "", text.rpartition("%")[0])
    assert not set("%#$^~") & set(body.replace("$-$", ""))
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {3}


def test_markdown_has_one_column_a_model(estimation: Estimation) -> None:
    rows = [row for row in estimate_tables.markdown(estimation).splitlines() if row[:1] == "|"]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}
    assert r"x\_1" in "\n".join(rows)


def test_tables_have_two_formats(estimation: Estimation, tmp_path: Path) -> None:
    estimate_tables.write(estimation, tmp_path / "a.tex")
    assert (tmp_path / "a.tex").read_text("utf-8").startswith("\\begin{tabular}{llrr}")
    with pytest.raises(RunError, match=r"\.tex \(LaTeX\) or \.md"):
        estimate_tables.check(tmp_path / "a.docx")
