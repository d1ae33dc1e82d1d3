"""Passages as Web Annotations, out and in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schelling.case.check import check, load
from schelling.cli.exchange.import_ import made_of
from schelling.errors import CaseError
from schelling.interchange.annotations import read, write

CASES = Path(__file__).parents[2] / "cases"
W3C = {  # after example 27 of the recommendation, with a body
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "http://example.org/anno27",
    "type": "Annotation",
    "body": {"type": "TextualBody", "value": "He denies it.", "purpose": "commenting"},
    "target": {
        "source": "http://example.org/ebook1",
        "selector": {"type": "TextPositionSelector", "start": 412, "end": 795},
    },
}
QUOTE = {
    "type": "Annotation",
    "target": {"source": "a.txt", "selector": {"type": "TextQuoteSelector", "exact": "I did not"}},
}


def put(folder: Path, value: object) -> Path:
    path = folder / "notes.jsonld"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_passages_come_back_as_they_were(tmp_path: Path) -> None:
    case = load(CASES / "widening-war")
    made = read.imported(put(tmp_path, write.page(case)))
    path = tmp_path / "case.yaml"
    path.write_text(made.text, encoding="utf-8")
    again = check(path).case
    assert again is not None
    kept = ("name", "start", "end", "sha256", "says", "in_scope")
    before, after = (
        [tuple(getattr(one, name) for name in kept) for one in which.passages]
        for which in (case, again)
    )
    assert after == before
    assert made.left_out == ()


def test_a_page_says_what_comes_from_a_passage() -> None:
    case = load(CASES / "widening-war")
    whole = json.loads(write.page(case))
    assert whole["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    assert whole["type"] == "AnnotationPage"
    first = next(one for one in case.claims if one.origin.passages)
    items = {item["id"]: item for item in whole["items"]}
    item = items[f"urn:schelling:passage:{first.origin.passages[0]}"]
    assert f"claim: {first.name}" in [body["value"] for body in item["body"]]
    assert item["target"]["selector"]["type"] == "TextPositionSelector"


@pytest.mark.parametrize(
    "shape",
    [W3C, [W3C], {"items": [W3C]}, {"type": "AnnotationCollection", "first": {"items": [W3C]}}],
)
def test_annotations_of_others_are_read(shape: object, tmp_path: Path) -> None:
    made = read.imported(put(tmp_path, shape))
    path = tmp_path / "case.yaml"
    path.write_text(made.text, encoding="utf-8")
    case = check(path).case
    assert case is not None
    (passage,) = case.passages
    assert (passage.start, passage.end, passage.says) == (412, 795, "He denies it.")
    assert case.sources[0].file is None  # an address is no file of the case's folder


def test_a_quotation_is_not_looked_for(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="annotation 2: it has no TextPositionSelector"):
        read.imported(put(tmp_path, [W3C, QUOTE]))
    made = read.imported(put(tmp_path, [W3C, QUOTE]), lenient=True)
    assert [one.what for one in made.left_out] == ["annotation 2"]


@pytest.mark.parametrize(
    ("value", "code"),
    [("{", "E901"), ("{}", "E902"), ([W3C] * 5_001, "E902"), ("[" * 99 + "]" * 99, "E902")],
)
def test_what_is_wrong_is_refused(value: object, code: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError) as refused:
        read.imported(put(tmp_path, value), lenient=True)
    assert {problem.code for problem in refused.value.problems} == {code}


def test_positions_that_are_none_are_no_positions(tmp_path: Path) -> None:
    for start, end in ((5, 5), (-1, 3), (True, 3), (1.5, 3), ("1", "3"), (9, 3)):
        selector = {"type": "TextPositionSelector", "start": start, "end": end}
        one = W3C | {"target": {"source": "a.txt", "selector": selector}}
        with pytest.raises(CaseError):
            read.imported(put(tmp_path, one))


def test_what_hypothesis_exports_is_read(tmp_path: Path) -> None:
    selectors = [
        {"type": "RangeSelector", "startContainer": "/p[1]", "endContainer": "/p[1]"},
        {"type": "TextPositionSelector", "start": 4, "end": 9},
        {"type": "TextQuoteSelector", "exact": "a word"},
    ]
    aim = [{"source": "https://a.example", "selector": selectors}]
    row: dict[str, Any] = {"text": "a remark", "target": aim}
    path = tmp_path / "notes.json"
    path.write_text(json.dumps({"total": 1, "rows": [row]}), encoding="utf-8")
    made = made_of(path, lenient=False)
    assert 'start: 4, end: 9, says: "a remark"' in made.text
    row |= {"target": [*aim, *aim]}
    with pytest.raises(CaseError, match="about several places"):
        read.imported(put(tmp_path, {"rows": [row]}))
