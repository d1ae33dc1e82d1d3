"""Broken cases: whatever is done to the text of a case, checking it finds problems or none."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from hypothesis.strategies import DrawFn

from examples import examples
from schelling.case.check import Checked, check
from schelling.case.codes import codes
from schelling.case.file.yaml_tree import MAX_PROBLEMS, parse
from schelling.case.language.parsing.printer import show
from schelling.case.language.parsing.syntax import Expression
from schelling.case.language.words.vocabulary import FUNCTIONS, KEYWORDS
from slowness import soon
from strategies import expressions

ROOT = Path(__file__).parents[2]
CASES = [
    path.read_text(encoding="utf-8")
    for path in (Path(__file__).parent / "example.yaml", *sorted(ROOT.glob("cases/**/case.yaml")))
]
SIGNS = "{}[]()&*!|>'\"%@`#,:?-=+.~\n\t \0\x07é\u2028"
WORDS = "1e999|null|phase|do(|\n---\n|<<: |&a |*a|!!python/name:os.system |? |0x1F|| do(x = 1)"
INSERTED = st.sampled_from([*SIGNS, *WORDS.split("|"), "9" * 400])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@st.composite
def mutilated(draw: DrawFn) -> str:
    """A valid case with a few lines, words or characters removed, doubled, swapped or replaced."""
    text = draw(st.sampled_from(CASES))
    for _ in range(draw(st.integers(1, 4))):
        pieces = re.split(draw(st.sampled_from((r"(\n)", r"(\W)", r"()"))), text)
        place = draw(st.integers(0, len(pieces) - 1))
        other = draw(st.integers(0, len(pieces) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del pieces[place]
            case 1:
                pieces.insert(place, pieces[other])
            case 2:
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 3:
                pieces.insert(place, draw(INSERTED))
            case _:
                pieces[place] = draw(INSERTED)
        text = "".join(pieces)
    return text


def yaml_like() -> st.SearchStrategy[str]:
    """Collections of the words that the language knows, nested at random."""
    words = [*sorted(set(re.findall(r"[\w.]+", CASES[0]))), "1e999", "", "x y", "-1", "true", "~"]
    scalars = st.sampled_from(words) | st.integers() | st.floats() | st.booleans() | st.none()
    return st.recursive(
        scalars,
        lambda inside: (
            st.lists(inside, max_size=4)
            | st.dictionaries(st.sampled_from(words), inside, max_size=4)
        ),
        max_leaves=25,
    ).map(lambda value: f"schelling: 1\ntitle: x\n{flow(value)}")


def flow(value: object) -> str:
    """A value in flow style, the first level as block keys."""
    if isinstance(value, dict):
        return "\n".join(f"{key or 'a'}: {inner(entry)}" for key, entry in value.items())
    return inner(value)


def inner(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key or 'a'}: {inner(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inner(entry) for entry in value) + "]"
    return str(value)


def checked(text: str, path: Path) -> Checked:
    """Check a text; the laws that hold for every text are looked at."""
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    before = time.process_time()
    found = check(path)
    spent = time.process_time() - before
    assert soon(spent, 5)  # a hundred times what the largest case takes: a machine may be busy
    assert (found.case is None) == bool(found.problems)
    assert len(found.problems) <= MAX_PROBLEMS
    rows = path.read_bytes().decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in found.problems:
        assert problem.code in codes()
        assert problem.message
        if problem.path == path:
            assert problem.span is not None
            assert 1 <= problem.span.line <= problem.span.end_line <= len(rows) + 1
            assert problem.span.column >= 1
    assert found.rendered()
    return found


@given(mutilated())
@examples(250)
def test_a_mutilated_case_is_refused_or_read(folder: Path, text: str) -> None:
    checked(text, folder / "case.yaml")


@given(yaml_like())
@examples(150)
def test_rubbish_in_the_shape_of_a_case_is_refused_or_read(folder: Path, text: str) -> None:
    checked(text, folder / "case.yaml")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts and numbers of a case stand."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))
    else:
        yield path


NODE, _ = parse(CASES[0])
assert NODE is not None
PLACES = list(places(NODE.plain()))
VOCABULARY = sorted(
    {word for word in re.findall(r"[a-z]\w*", CASES[0]) if word not in KEYWORDS | {"do"}}
    | set(FUNCTIONS)
    | {"now", "elapsed", "true", "weeks", "EUR", "percent"}
)


@given(st.sampled_from(PLACES), expressions(st.sampled_from(VOCABULARY)))
@examples(200)
def test_any_expression_in_any_place_is_refused_or_read(
    folder: Path, place: tuple[Any, ...], expression: Expression
) -> None:
    assert NODE is not None
    case = value = NODE.plain()
    for key in place[:-1]:
        value = value[key]
    value[place[-1]] = show(expression)
    checked(json.dumps(case), folder / "case.yaml")


@given(st.text(max_size=200))
@example("")
@example("\ufeff")
@example("? ")
@example("- - - -")
@examples(100)
def test_any_text_is_refused(folder: Path, text: str) -> None:
    assert checked(text.replace("schelling", ""), folder / "case.yaml").problems
