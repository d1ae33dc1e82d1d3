"""Claims that only some worlds ask: one sentence for those alike, in good grammar."""

from types import SimpleNamespace
from typing import cast

import pytest

from schelling.report.verdicts.claim_verdicts import Verdict
from schelling.report.verdicts.verdict_terminal import where_asked


def _verdict(name: str, asked: str) -> Verdict:
    return cast("Verdict", SimpleNamespace(claim=SimpleNamespace(name=name), asked=asked))


@pytest.mark.parametrize(
    ("names", "asked", "said"),
    [
        ("a", "asks `g` as first played", "a asks `g` as first played."),
        ("ab", "asks `g` as first played", "a and b ask `g` as first played."),
        ("abc", "asks `g`", "a, b and c ask `g`."),
        (
            "ab",
            "is asked only where `x > 0` and asks `g`",
            "a and b are asked only where `x > 0` and ask `g`.",
        ),
        ("a", "", None),
    ],
)
def test_one_claim_asks_and_several_ask(names: str, asked: str, said: str | None) -> None:
    told = list(where_asked([_verdict(name, asked) for name in names]))
    assert told == ([] if said is None else [said])
