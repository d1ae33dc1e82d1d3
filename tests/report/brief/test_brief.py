"""The brief as a page and as Markdown: the same content, and labels that stay labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

import schelling
from schelling.compile.influence import causal_map
from schelling.compile.influence.causal_map import CausalMap
from schelling.compile.planning import plan
from schelling.errors import RunError
from schelling.report import html, notebook
from schelling.report.brief import brief_markdown, map_folding, map_picture
from schelling.report.brief.map_folding import Folded
from schelling.report.verdicts.claim_verdicts import unasked
from schelling.study.runs.results import Run

EVIL = '<script>alert("1")'
SVG = "{http://www.w3.org/2000/svg}"


def drawn(path: str) -> CausalMap:
    case = schelling.load(path)
    return causal_map.draw(case, plan.build(case))


@pytest.fixture(scope="module")
def flagship() -> CausalMap:
    return drawn("cases/widening-war")


def markdown(run: Run) -> str:
    return brief_markdown.text(run, html.brief_of(run))


def test_hostile_labels_stay_text_in_markdown(run: Run) -> None:
    """Nothing stays that Markdown or HTML could take for markup; tables keep their columns."""
    text = markdown(run)
    assert EVIL.replace("<", r"\<").replace(">", r"\>") in text
    for line in text.splitlines():
        bare = re.sub(r"\\.", "", line)
        assert "<" not in bare
        assert "![" not in bare
        if line.startswith("| 1 |"):
            assert bare.count("|") == 6
    assert text.startswith("# \\<script")
    assert all(ord(c) >= 32 or c == "\n" for c in text)


def test_markdown_has_verdicts_links_and_how_it_was_made(run: Run) -> None:
    text = markdown(run)
    for heading in (
        "## Follows",
        "## Hangs on the assumptions",
        "## Mostly fails",
        "## Causal map",
    ):
        assert heading in text
    assert "| 1 | It holds. | 100.0 −0.4 | follows |" in text
    assert re.search(r"\| undecided", text)
    assert "- stock **support** ← phase" not in text
    assert r"- stock **support** ← \+pull" in text
    assert "- event **quit** ← phase" in text
    assert f"`{run.manifest.command}`" in text
    assert "A share of worlds is not a probability." in text
    assert "schelling explore CASE --report FILE" in text


def test_the_map_in_markdown_has_every_arrow() -> None:
    case = schelling.load("cases/teaching/arms-race")
    text = markdown(schelling.run(case, worlds=64))
    told = {
        (read.lstrip("\\+−"), node)
        for node, many in re.findall(r"^- \w+ \*\*(.+)\*\* ← (.+)$", text.replace(r"\_", "_"), re.M)
        for read in many.split(", ")
    }
    found = causal_map.draw(case, plan.build(case))
    assert told == {
        (found.by_key[a.source].name, found.by_key[a.target].name) for a in found.arrows
    }


def test_the_ending_of_the_file_chooses_the_format(run: Run, tmp_path: Path) -> None:
    for name in ("a.md", "b.markdown", "c.html", "d"):
        html.write_brief(run, tmp_path / name)
    assert (tmp_path / "a.md").read_text("utf-8") == markdown(run)
    assert (tmp_path / "b.markdown").read_text("utf-8") == markdown(run)
    for name in ("c.html", "d"):
        assert (tmp_path / name).read_text("utf-8") == html.render_brief(run)
    with pytest.raises(RunError, match=r"cannot write .*brief\.md"):
        html.write_brief(run, tmp_path / "missing" / "brief.md")


def test_the_brief_alone_links_nowhere_and_asks_for_nothing(run: Run) -> None:
    page = html.render_brief(run)
    assert "href=" not in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert run.manifest.digest[:12] in page


def test_a_case_without_claims_says_so(bare: Callable[[str], Run]) -> None:
    made = bare("assumptions: {pull: {prior: uniform(0, 1), why: it varies}}\n")
    assert "<p>No claim was asked.</p>" in html.render_brief(made)
    assert "No claim was asked." in markdown(made)


def test_a_draft_says_how_many_claims_are_blank(bare: Callable[[str], Run]) -> None:
    blank = "{why: a question, holds: ''}"
    made = bare(f"claims: {{one: {blank}, other: {blank}}}\n")
    said = "No claim was asked: 2 claims are blank."
    assert f"<p>{said}</p>" in html.render_brief(made)
    assert said in markdown(made)
    assert said in notebook.run(made)
    alone = bare(f"claims: {{one: {blank}}}\n").case
    assert unasked(alone) == "No claim was asked: 1 claim is blank."


def picture(shown: Folded) -> ElementTree.Element:
    chips = {
        name: map_picture.Chip(n, "#fff", "#000")
        for n, name in enumerate(sorted({one for many in shown.claims.values() for one in many}))
    }
    return ElementTree.fromstring(map_picture.svg(shown, chips, "m", f"{EVIL} & map", "what"))


def test_the_picture_has_every_box_once_and_every_line(flagship: CausalMap) -> None:
    shown = map_folding.fold(flagship, ("war_value",))
    root = picture(shown)
    labels = [text.text for text in root.iter(f"{SVG}text")]
    for node in shown.nodes:
        assert labels.count(node.name) == 1
    paths = [p.get("d", "") for p in root.iter(f"{SVG}path")]
    heads = [head.split("l")[0].lstrip("M") for head in paths if head.endswith("h6Z")]
    assert len(set(heads)) == len(shown.arrows)  # each line ends at a place of its own
    lines = [p for p in root.iter(f"{SVG}path") if "C" in p.get("d", "")]
    ends = [line.get("d", "") for line in lines]
    assert all(any(end.endswith(f" {head}") for end in ends) for head in heads)
    pieces = [piece for end in ends for piece in end.split("C")[1:]]
    assert len(set(pieces)) == len(pieces)  # a trunk that lines share is drawn once
    dashed = [line for line in lines if line.get("stroke-dasharray")]
    assert len(dashed) >= sum(arrow.sign.value == "-" for arrow in shown.arrows)
    assert root.find(f"{SVG}title").text == f"{EVIL} & map"  # type: ignore[union-attr]


def test_boxes_tell_where_they_and_what_they_feed_are_defined(flagship: CausalMap) -> None:
    shown = map_folding.fold(flagship)
    boxes = {box.get("data-at"): box for box in picture(shown).iter(f"{SVG}g")}
    assert len(boxes) == len(shown.nodes)
    fed = [one for box in boxes.values() for one in (box.get("data-feeds") or "").split()]
    assert len(fed) == len(shown.arrows)
    assert set(fed) <= boxes.keys()


def test_the_same_map_gives_the_same_bytes(flagship: CausalMap) -> None:
    shown = map_folding.fold(flagship)
    once, again = (
        ElementTree.tostring(picture(one)) for one in (shown, map_folding.fold(flagship))
    )
    assert once == again


def test_folding_loses_no_way_from_cause_to_claim(flagship: CausalMap) -> None:
    """What is drawn is reached from what is drawn exactly as in the whole map."""
    shown = map_folding.fold(flagship)
    assert len(shown.nodes) < len(map_folding.fold(flagship, whole=True).nodes)
    kept = {node.key for node in shown.nodes}
    lines = {(arrow.source, arrow.target) for arrow in shown.arrows}
    lines |= {(shown.hub, key) for key in shown.marked}
    for key in kept:
        assert reached(lines, key) & kept == {
            one
            for one in reached({(a.source, a.target) for a in flagship.arrows}, key)
            if one in kept
        }


def reached(lines: set[tuple[str, str]], start: str) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        here = waiting.pop()
        nexts = {target for source, target in lines if source == here} - found
        found |= nexts
        waiting += nexts
    return found - {start}


def test_counts_are_what_is_folded_in(flagship: CausalMap) -> None:
    whole = map_folding.fold(flagship, whole=True)
    for node in whole.nodes:
        if node.kind != "assumption":
            read = [flagship.by_key[a.source].kind for a in flagship.into[node.key]]
            boxes = {a.source for a in whole.arrows if a.target == node.key}
            drawn_here = sum(flagship.by_key[key].kind == "assumption" for key in boxes)
            assert whole.counts[node.key] == read.count("assumption") - drawn_here
    assert whole.hub == "phase"
    reading = {a.target for a in flagship.arrows if a.source == "phase"}
    assert whole.marked == {key for key in reading if not key.startswith("claim/")}


def test_claims_are_named_at_what_they_look_at(flagship: CausalMap) -> None:
    shown = map_folding.fold(flagship)
    for arrow in flagship.arrows:
        if arrow.target.startswith("claim/"):
            assert arrow.target.removeprefix("claim/") in shown.claims[arrow.source]


def test_a_small_map_has_a_box_for_every_assumption() -> None:
    found = drawn("cases/teaching/arms-race")
    shown = map_folding.fold(found)
    assert {node.key for node in shown.nodes} == {
        node.key for node in found.nodes if node.kind != "claim"
    }
    assert not any(shown.counts.values())
