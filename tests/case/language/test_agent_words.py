"""Examples of the words for agents are pieces of a case without problems."""

from pathlib import Path

import pytest

from schelling.case.check import check
from schelling.case.language.words.agent_words import NETWORKS, WORDS

CASE = """\
schelling: 1
title: A town
time: {{start: 2024-01-01, step: 1 day, until: 2024-02-01}}
populations:
  townspeople:
    size: 400
    why: an example
    groups:
      media: {groups}
      region: {{north: 0.5, south: rest}}
    ties:
      friends: {ties}
    acts: {acts}
    states:
      opinion: {{start: "uniform(0, 1)"}}
      heard: {{start: "false"}}
      ruled: {{start: {start}, next: "{rule}"}}
"""
PLAIN = {
    "groups": "{state: 0.6, other: 0.4}",
    "ties": "{network: random, degree: 4}",
    "start": "0",
    "rule": "0",
}
PLACES = {
    "number": ("rule", "0"),
    "met": ("rule", "0"),
    "my_turn": ("rule", "0"),
    "bernoulli": ("rule", '"false"'),
    "rest": ("groups", "0"),
}


def sound(folder: Path, part: str, example: str, start: str = "0") -> bool:
    acts = "pair" if any(word in example for word in ("[met]", "my_turn")) else "all"
    written = CASE.format(**PLAIN | {"acts": acts, "start": start, part: example})
    (folder / "case.yaml").write_text(written, encoding="utf-8")
    (folder / "kin.csv").write_text("from,to\n1,2\n", encoding="utf-8")
    checked = check(folder)
    assert not checked.problems, checked.rendered()
    return checked.case is not None


@pytest.mark.parametrize("word", WORDS)
def test_words(word: str, tmp_path: Path) -> None:
    part, start = PLACES[word]
    assert word in WORDS[word].example
    assert sound(tmp_path, part, WORDS[word].example, start)


@pytest.mark.parametrize("network", NETWORKS)
def test_networks(network: str, tmp_path: Path) -> None:
    assert sound(tmp_path, "ties", NETWORKS[network].example)
