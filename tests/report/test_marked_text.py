"""Texts with their passages marked: each once, in its place, leading to what rests on it."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from schelling.case.check import load
from schelling.case.sources import Passage
from schelling.report.argument import marked_text

TEXT = "He <b>waits</b> long.\n\nThey know it. It ends."
CASE = """\
schelling: 1
title: Waiting
sources:
  essay: {{title: An essay, file: text.txt, sha256: {digest}}}
passages:
  A: {{source: essay, start: 0, end: 21, says: He waits.}}
  B: {{source: essay, start: 3, end: 15, says: Waits.}}
  C: {{source: essay, start: 16, end: 35, says: Over a break.}}
  D: {{source: essay, start: 3, end: 15, says: The same words as B.}}
assumptions:
  cost: {{prior: "uniform(0, 1)", why: A test.}}
claims:
  costs: {{holds: cost > 0.5, from: A}}
"""


def test_passages_are_links_that_lead_there_and_back(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT, "utf-8")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (tmp_path / "case.yaml").write_text(CASE.format(digest=digest), "utf-8")
    (found,) = marked_text.texts(load(tmp_path))
    assert found.title == "An essay"
    first, second = found.paragraphs
    assert '<a class="marked" id="text-A" href="#passage-A" title="A">He </a>' in first
    assert 'href="#passage-D" title="A, B, D">&lt;b&gt;waits&lt;/b&gt;</a>' in first
    assert '<sup><a class="marked" id="text-B" href="#passage-B" title="B">B</a></sup>' in first
    assert (first + second).count('id="text-C"') == 1
    assert second.startswith('<a class="marked" href="#passage-C" title="C">They know it')
    assert "It ends." in second
    assert "<b>" not in first
    assert "></a>" not in first + second


def test_many_passages_within_each_other_take_one_sweep() -> None:
    text = "a" * 8_000
    nested = [
        Passage(f"P{n}", "s", n, 8_000 - n, None, "", in_scope=True, state="verified")
        for n in range(3_999)
    ]
    begun = time.process_time()
    (found,) = marked_text.paragraphs(text, nested)
    assert time.process_time() - begun < 5  # a fifth of a second alone
    assert found.count('id="text-') == 3_999
