"""Every error code is explained, triggered by a stored case, and its examples are true."""

import ast
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from schelling.case.check import check
from schelling.case.codes import Code, codes
from schelling.case.file import yaml_tree
from schelling.case.registers import register

ROOT = Path(__file__).parents[2]
BAD_CASES = ROOT / "tests" / "bad_cases"
BAD_SETTINGS = ROOT / "tests" / "bad_settings"
NOTED = ROOT / "tests" / "noted_cases"
LETTER = (BAD_CASES / "letter.text").read_text(encoding="utf-8")
CODE = re.compile(r"[EN][1-9]\d\d")

# What a stored file cannot show; file/test_hostile.py makes such files and meets the codes.
NOT_STORED = {
    "E102": "a file above a million bytes would weigh on every clone",
    "E103": "text that is not UTF-8 has no place among the texts of the repository",
    "E109": "a hundred thousand values would weigh on every clone",
}
# What documents that `schelling read` refuses meet; reading/test_hostile_documents.py makes them.
OF_DOCUMENTS = {"E121", "E122", "E123", "E124", "E125", "E126", "E127"}
# examples in words
NOT_A_PIECE = OF_DOCUMENTS | {
    "E102",
    "E103",
    "E109",
    "E425",
    "E455",
    "E471",
    "E472",
    "E473",
    "E474",
    "E650",
    "E651",
    "E661",
    "E662",
    "E663",
    "N114",
}
CURVE = [{"week": "0", "eur": "40"}, {"week": "10", "eur": "90"}]
WHOLE_FILES = {"E104", "E105", "E106", "E107", "E108", "E112"}  # what only the text can show
CASE = """
schelling: 1
title: The case the examples belong to
sources: {letter: {file: letter.text}}
passages: {P1.S1: {source: letter, start: 0, end: 32}}
time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}
phases: [war, settlement]
assumptions:
  kin_abroad: {prior: "beta(11, 89)", unit: share, from: P1.S1}
  face_cost: {prior: 0.1 to 0.6, why: a guess}
  budget: {prior: 2 to 5, unit: EUR, why: a guess}
stocks:
  support:
    {start: 0.58, change: (kin_abroad - face_cost * support) / 1 week, within: [0, 1], unit: share}
variables: {}
events: {talks: {hazard: 0.1 / week, effects: {phase: settlement}}}
actors: {russia: {}, nato: {}}
claims:
  it_lasts: {why: a question, holds: mean(support) > 0.5}
  it_is_paid: {why: a question, holds: budget > 3 EUR}
  peace_comes: {why: a question, holds: eventually(phase == settlement)}
forecasts:
  table: forecasts.csv
  outcomes: outcomes.csv
  reference_classes: classes.csv
  predictions: predictions.csv
  data_until: 2022-03-20
"""
ROW = {
    "id": "F01",
    "kind": "binary",
    "question": "Will the city fall?",
    "passage_ids": "P1.S1",
    "opens": "2022-03-20",
    "closes": "2022-06-30",
    "yes_if": "the council says so",
    "source_type": "public record",
    "void_if": "never",
}
EARLIER = ROW | {"id": "F00", "question": "Was the town taken?"}
BESIDE = {
    "outcomes": {
        "forecast_id": "F00",
        "status": "no",
        "resolved_on": "2022-06-30",
        "recorded_at": "2022-07-01",
        "source": "the council",
        "mark": "sourced",
    },
    "classes": {"name": "sieges", "k": "7", "n": "40", "source": "a count"},
    "predictions": {
        "forecast_id": "F00",
        "model_id": "coin",
        "made_at": "2022-03-20",
        "data_until": "2022-03-20",
        "kind": "p",
        "value": "0.5",
    },
}
PIECE_OF = {"E62": "outcomes", "E63": "classes", "E64": "predictions"}


def used() -> set[str]:
    """Every code the language reports: whole strings of its source, outside the table itself."""
    return {
        node.value
        for room in ("case", "reading")
        for path in (ROOT / "src" / "schelling" / room).rglob("*.py")
        if path.stem != "codes"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    }


def test_the_table_holds_the_codes_that_are_used() -> None:
    assert used() == set(codes())
    assert all(code == entry.code for code, entry in codes().items())


def test_every_code_is_met_by_a_stored_case_or_a_made_one() -> None:
    shown = "\n".join(path.read_text(encoding="utf-8") for path in BAD_CASES.glob("*.txt"))
    shown += "\n".join(path.read_text(encoding="utf-8") for path in NOTED.glob("*.txt"))
    shown += "\n".join(path.read_text(encoding="utf-8") for path in BAD_SETTINGS.glob("*.txt"))
    stored = set(re.findall(r"\[([EN]\d{3})\]$", shown, re.MULTILINE))
    assert stored | set(NOT_STORED) | OF_DOCUMENTS == set(codes())
    assert not stored & set(NOT_STORED)
    made = (Path(__file__).parent / "file" / "test_hostile.py").read_text(encoding="utf-8")
    assert all(f'"{code}"' in made for code in NOT_STORED)
    documents = (ROOT / "tests" / "reading" / "test_hostile_documents.py").read_text("utf-8")
    assert all(f'"{code}"' in documents for code in OF_DOCUMENTS)


@pytest.mark.parametrize("entry", codes().values(), ids=codes())
def test_explanations_are_plain(entry: Code) -> None:
    sentences = re.split(r"[.;:] ", entry.explanation)
    assert 1 <= entry.explanation.count(". ") + 1 <= 4
    assert max(len(sentence.split()) for sentence in sentences) <= 40
    assert entry.explanation.endswith(".")
    assert entry.title[0].isupper()
    assert not entry.title.endswith(".")
    assert entry.wrong != entry.right


@pytest.mark.parametrize("code", sorted(set(codes()) - NOT_A_PIECE))
def test_examples_say_the_truth(code: str, tmp_path: Path) -> None:
    """The wrong example has the problem, the right one has none."""
    assert code in found(code, codes()[code].wrong, tmp_path)
    left = found(code, codes()[code].right, tmp_path)
    assert not {other for other in left if other[0] == "E" or code[0] == "N"}


def found(code: str, piece: str, folder: Path) -> set[str]:
    """Codes of the problems of the case with a piece put in."""
    written, rows = CASE, [EARLIER, ROW]
    beside = {name: dict(row) for name, row in BESIDE.items()}
    if code in WHOLE_FILES:
        written = f"schelling: 1\ntitle: An example\n{piece}\n"
    elif code[:3] in PIECE_OF:
        beside[PIECE_OF[code[:3]]] |= {c: str(cell or "") for c, cell in plain(piece).items()}
    elif "E601" < code < "E620":
        rows[1] = ROW | {column: str(cell or "") for column, cell in plain(piece).items()}
    else:
        written = json.dumps(merged(plain(CASE), plain(piece)))
    (folder / "letter.text").write_text(LETTER, encoding="utf-8")
    assert set(register.REQUIRED) <= set(ROW)
    tables = {name: [row] for name, row in beside.items()} | {"forecasts": rows, "prices": CURVE}
    for name, listed in tables.items():
        (folder / f"{name}.csv").write_text(table(listed), encoding="utf-8")
    (folder / "kin.csv").write_text("name,parent,child\n1,1,2\n3,3,1\n", encoding="utf-8")
    (folder / "case.yaml").write_text(written, encoding="utf-8")
    checked = check(folder)
    return {problem.code for problem in (*checked.problems, *checked.notes)}


def plain(piece: str) -> dict[str, Any]:
    node, problems = yaml_tree.parse(piece)
    assert node is not None, problems
    return node.plain()


def merged(whole: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    both = whole | piece
    for key in whole.keys() & piece.keys():
        if isinstance(whole[key], dict) and isinstance(piece[key], dict):
            both[key] = merged(whole[key], piece[key])
    return both


def table(rows: list[dict[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
