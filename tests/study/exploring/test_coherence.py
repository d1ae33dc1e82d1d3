"""What is said of claims together: conflicts, implications, parts, failed numbers."""

from __future__ import annotations

import re
from pathlib import Path

import schelling
from schelling.report.exploration import coherence_words
from schelling.study.exploring.explore import Exploration

HEAD = """
schelling: 1
title: Claims together
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
  idle: {prior: "uniform(0, 1)", why: x}
claims:
"""


def explored(folder: Path, **claims: str) -> Exploration:
    lines = [f'  {name}: {{why: x, holds: "{holds}"}}\n' for name, holds in claims.items()]
    (folder / "case.yaml").write_text(HEAD + "".join(lines), encoding="utf-8")
    return schelling.explore(schelling.load(folder), worlds=4096, what=["coherence"])


def words(found: Exploration) -> str:
    return " ".join(coherence_words.coherence(found)).replace("\u00a0", " ")


def test_every_minimal_conflict_is_told_and_never_is_apart(tmp_path: Path) -> None:
    """A claim that never holds hides no conflict of others; a third one needs three claims."""
    found = explored(
        tmp_path,
        high="a > 0.6",
        low="a < 0.4",
        never="a - b > 0.99999",
        sum="a + b < 1",
        top="b > 0.6",
    )
    assert found.coherence is not None
    sets = [conflict.claims for conflict in found.coherence.conflicts]
    assert sets == [("never",), ("high", "low"), ("high", "sum", "top")]
    said = words(found)
    assert "never holds in no world; closest to it with " in said
    assert "high and low hold together in no world" in said
    assert "high, sum and top hold together in no world" in said
    assert "idle" not in said


def test_implications_in_words(tmp_path: Path) -> None:
    found = explored(tmp_path, big="a > 0.7", half="a > 0.5", other="not (a <= 0.5)", ever="a < 2")
    said = words(found)
    assert "half and other hold in the same worlds, in all 2,048 worlds that show it." in said
    assert "Whenever big holds, half holds too, in all 1,22" in said  # 0.3 of 4,096 is 1,228.8
    assert "ever" not in said.split("(95")[0].split("Whenever")[-1]


def test_what_holds_in_every_world_that_was_run_may_fail_in_others(tmp_path: Path) -> None:
    """In one of 2,500 worlds one of the claims fails: in none of these 64."""
    text = HEAD + "  one: {why: x, holds: a > 0.0002}\n  two: {why: x, holds: b > 0.0002}\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    found = schelling.explore(schelling.load(tmp_path / "case.yaml"), worlds=64, what=["coherence"])
    assert "Both claims hold together in 100 % −5 of worlds." in words(found)
    said = words(explored(tmp_path, never="a > 2", often="b > 0.1"))
    assert "Both claims hold together in 0 % of worlds." in said  # by construction: no error


def test_nothing_to_say(tmp_path: Path) -> None:
    said = words(explored(tmp_path, one="a > 0.5", two="b > 0.5"))
    assert "Both claims hold together in 25" in said
    assert "no world" not in said
    assert "Whenever" not in said


def test_failed_numbers_bound_what_holds_together(tmp_path: Path) -> None:
    """log(a - 0.5) has no number in half of the worlds; in a quarter b settles it all the same."""
    said = words(explored(tmp_path, bad="log(a - 0.5) < 5", good="b > 0.5"))
    assert "Both claims hold together in 25 to 50 % of worlds." in said
    assert "In 25 % of worlds it is not known whether they do" in said
    assert "no world" not in said


def test_a_world_that_does_not_ask_a_claim_says_nothing_about_it(tmp_path: Path) -> None:
    """The claim `low` is asked for b > 0.5 only, `other` for b <= 0.5: no world asks both."""
    text = HEAD + (
        "  high: {why: x, holds: a > 0.6}\n"
        "  low: {why: x, holds: a < 0.4, given: b > 0.5}\n"
        "  other: {why: x, holds: a > 0.7, given: b <= 0.5}\n"
        "  most: {why: x, holds: a > 0.7, given: b > 0.75}\n"
    )
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case = schelling.load(tmp_path)
    found = schelling.explore(case, worlds=4096, what=["coherence"])
    assert found.coherence is not None
    sets = {conflict.claims: conflict.worlds for conflict in found.coherence.conflicts}
    assert sets == {("high", "low"): 2048, ("low", "most"): 1024}
    said = words(found)
    assert "No world asks all 4 claims." in said
    assert "high and low hold together in none of the 2,048 worlds that ask them all" in said
    assert "low and other" not in said
    assert "Whenever other holds, high holds too, in all 61" in said  # 0.3 of 2,048 is 614.4
    two = schelling.explore(case, worlds=4096, what=["coherence"], claims=["high", "other"])
    said = words(two)  # 0.3 of the half that asks both, not 15 to 65 % of all worlds
    told = r"hold together in 30(\.\d)? % ± [\d.]+ of worlds that ask both \(2,048 of 4,096\)"
    assert re.search(told, said)
    assert "not known" not in said


def test_the_bottleneck_of_a_claim_of_several_parts(tmp_path: Path) -> None:
    """Fails for a in half of all worlds and for b in a tenth: 0.55 in all, 0.45 and 0.05 alone."""
    found = explored(tmp_path, both="a > 0.5 and b > 0.1", one="a > 0.3")
    ((label, said),) = coherence_words.parts(found, "both")
    assert label == "parts"
    assert said.replace("\u00a0", " ").startswith(
        "a > 0.5 (fails in 91 % of the claim's failures, alone in 82 %); b > 0.1 (fails in 18 %"
    )
    assert coherence_words.parts(found, "one") == []
