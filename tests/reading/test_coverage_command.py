"""`schelling coverage`: what every sentence of a text is to a case."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schelling.case.check import load
from schelling.cli.app import app
from schelling.errors import RunError
from schelling.report.argument.coverage import without_passage
from schelling.report.live import tabs

SENTENCES = [
    "Stores are short.",
    "Nobody counts them.",
    "That is a shame.",
    "They run out in May.",
    "Trains come, and trains help.",
    "A treaty will follow.",
    "It is so.",
    "It is so.",
    "The end.",
]
USES = {
    0: "assumptions: {stores: {from: S0, prior: 10 to 40}}",
    3: "claims: {it_runs_out: {from: S3, holds: stores < 26}, open: {from: S5, holds: ''}}",
    4: "variables: {trains: {from: S4, value: stores / 2}}",
}


def made(folder: Path, text: str, *, others: str = "") -> Path:
    """A case whose passages are the sentences above at their places in a text."""
    lines = ["schelling: 1", "title: Stores", "sources: {column: {file: column.txt}}", "passages:"]
    start = 0
    for number, words in enumerate(SENTENCES[:8]):
        if number == 1:
            start += len(words) + 1
            continue  # no passage: nobody counts it
        end = start + len(words)
        digest = hashlib.sha256(words.encode()).hexdigest()
        out = ", scope: out, why: A judgement." if number == 2 else ""
        lines.append(f"  S{number}: {{source: column, start: {start}, end: {end}{out},")
        lines.append(f"    sha256: {digest}}}")
        start = end + 1
    folder.mkdir()
    (folder / "case.yaml").write_text("\n".join([*lines, *USES.values(), others]), "utf-8")
    if text:
        (folder / "column.txt").write_text(text, "utf-8")
    return folder


def test_every_sentence_is_something_or_uncovered(tmp_path: Path) -> None:
    case = made(tmp_path / "stores", " ".join(SENTENCES))
    done = CliRunner().invoke(app, ["coverage", str(case)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "9 sentences: 1 claim, 1 assumption, 1 part of a mechanism, 1 waiting for a blank to be "
        "written, 1 out of scope, 4 uncovered",
        "P1.S1  assumption stores",
        "P1.S2  uncovered",
        "P1.S3  out of scope: A judgement.",
        "P1.S4  claim it_runs_out",
        "P1.S5  mechanism trains",
        "P1.S6  blank open",
        "P1.S7  uncovered",
        "P1.S8  uncovered",
        "P1.S9  uncovered",
        "7 passages: 7 found",
    ]
    assert without_passage(load(case)) == ("18–37", "148–156")


def test_passages_are_found_by_digest_and_never_by_likeness(tmp_path: Path) -> None:
    """Of a text with a new beginning and one changed word, in another folder."""
    case = made(tmp_path / "stores", "")
    text = tmp_path / "other.txt"
    text.write_text("New. " + " ".join(SENTENCES).replace("in May", "in June"), "utf-8")
    done = CliRunner().invoke(app, ["coverage", str(case), str(text), "--json", "--quote"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["schema"] == "schelling.coverage/1"
    assert found["passages"]["states"] == {"found": 4, "ambiguous": 2, "orphaned": 1}
    position, exact = found["sentences"][1]["selectors"]
    assert position == {"type": "TextPositionSelector", "start": 5, "end": 22}
    assert exact["type"] == "TextQuoteSelector"
    assert (exact["prefix"], exact["exact"]) == ("New. ", "Stores are short.")
    kinds = {one["words"]: one["kinds"] for one in found["sentences"]}
    assert kinds["They run out in June."] == ["uncovered"]
    assert kinds["Stores are short."] == ["assumption"]
    assert found["counts"]["sentences"] == 10
    shown = CliRunner().invoke(app, ["coverage", str(case), str(text), "--quote"]).stdout
    assert "S3: orphaned, not in the text" in shown
    assert "S6: ambiguous, its words stand at" in shown


def test_a_text_that_is_not_at_hand_is_asked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["coverage", str(made(tmp_path / "stores", ""))])
    assert isinstance(done.exception, RunError)
    assert "not in the folder" in str(done.exception)


@pytest.mark.parametrize("source", ["none", ""])
def test_sources_are_chosen_by_name(tmp_path: Path, source: str) -> None:
    case = made(tmp_path / "stores", "")
    if not source:
        (case / "case.yaml").write_text("schelling: 1\ntitle: x\n", "utf-8")
        done = CliRunner().invoke(app, ["coverage", str(case)])
        assert "no sources" in str(done.exception)
    else:
        done = CliRunner().invoke(app, ["coverage", str(case), "--source", source])
        assert done.exit_code == 2


def test_the_report_says_what_is_blank_and_what_no_passage_covers(tmp_path: Path) -> None:
    case = load(made(tmp_path / "stores", " ".join(SENTENCES)))
    page = tabs.sources(case)
    assert "still blank: open" in page
    assert "2 sentences of the text are in no passage, at 18–37, 148–156" in page
