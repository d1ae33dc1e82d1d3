"""The changes that are made: which, where, and that nothing else moves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mutants.changes import changes

SOURCE = Path(__file__).parents[2] / "src" / "schelling"


def after(source: str) -> set[str]:
    return {change.made(source) for change in changes(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", {"a <= b", "a > b"}),
        ("a<b<=c", {"a<=b<=c", "a>b<=c", "a<b<c", "a<b>=c"}),
        ("(a) == (b)", {"(a) != (b)"}),
        ("a is not b", {"a is b"}),
        ("a not in b", {"a in b"}),
        ("a - b * c", {"a + b * c", "a - b / c"}),
        ("a ** b // c", {"a * b // c", "a ** b * c"}),
        ("a & ~b | c", {"a | ~b | c", "a & b | c", "a & ~b & c"}),
        ("a -= b", {"a += b"}),
        ("a //= b", {"a *= b"}),
        ("-(a + b)", {"(a + b)", "-(a - b)"}),
        ("not a", {"a"}),
        ("not(a or b and c)", {"(a or b and c)", "not(a and b and c)", "not(a or b or c)"}),
        ("a and b and c", {"a or b and c", "a and b or c"}),
        ("f(3, 0)", {"f(4, 0)", "f(2, 0)", "f(3, 1)"}),
        ("f(0.5, 1e-9)", {"f(0.625, 1e-9)"}),
        ("f(g=True)", {"f(g=False)"}),
        ("np.minimum(a, min(b))", {"np.maximum(a, min(b))", "np.minimum(a, max(b))"}),
        ("f(a, 'left')", {"f(a, 'right')"}),
        ("'ä', a < b", {"'ä', a <= b", "'ä', a > b"}),  # places of the tree are bytes
        ("(a  # less\n - b)", set()),
    ],
)
def test_every_sort(source: str, expected: set[str]) -> None:
    assert after(source) == expected


def test_what_computes_nothing_stays() -> None:
    source = '''
"""A docstring: a < b."""
from x import y
@f(3)
def g(a: int | None, b: "Float[Array, '3']" = 1) -> int | None:
    """1 - 1."""
    c: Final[int | None] = 2
    if a:
        raise ValueError(f"{a - 1}" + "x")
    return f"{c:.3f}"
'''
    assert {(change.line, change.new) for change in changes(source)} == {
        (5, "2"), (5, "0"), (7, "3"), (7, "1"),
    }  # fmt: skip


def test_a_change_knows_its_line_and_its_statement() -> None:
    """Coverage counts a statement of several lines as its first."""
    source = "if x:\n    y = f(\n        a,\n        b - c,\n    )\n"
    (change,) = changes(source)
    assert (change.line, change.statement) == (4, 2)
    assert change.told(source) == "b - c,  ->  b + c,"


@pytest.mark.parametrize("name", ["claims/signal.py", "dynamics/thresholds.py"])
def test_changed_modules_are_python_and_different(name: str) -> None:
    source = (SOURCE / name).read_text("utf-8")
    found = changes(source)
    assert len(found) > 40
    original = ast.dump(ast.parse(source))
    trees = {ast.dump(ast.parse(change.made(source))) for change in found}
    assert original not in trees
    assert len(trees) == len(found)
