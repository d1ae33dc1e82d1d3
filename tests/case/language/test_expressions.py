"""The expression language: what is printed can be read, and rubbish is a problem at worst."""

import datetime as dt

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from examples import examples
from schelling.case.language.parsing import parser
from schelling.case.language.parsing.parser import MAX_LENGTH, parse
from schelling.case.language.parsing.printer import show
from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Call,
    Compare,
    Date,
    Do,
    Expression,
    Index,
    Logic,
    Name,
    Number,
    SyntaxIssue,
    Unary,
    names,
    parts,
)
from strategies import expressions

SIGNS = "()[]{}+-*/%<>=!&|,.:;_~@#\\'\"` \n\t\0é−"
WORDS = (
    "** == and or not if else for in is lambda None True x phase do do( max( f'' __class__ "
    "1e9 1e999 0x1F 4\tweeks 2022-07-05 2022-13-40"
)
PIECES = st.sampled_from([*SIGNS, *WORDS.split(" "), "9" * 400])


@given(expressions())
@examples(150)
def test_what_is_printed_reads_as_the_same_tree(expression: Expression) -> None:
    assert parse(show(expression)) == expression


@given(expressions())
@examples(50)
def test_places_lead_back_to_the_text(expression: Expression) -> None:
    """Reading the text at the place of any part gives that part."""

    def visit(part: Expression, text: str) -> None:
        assert parse(text[part.place.start : part.place.end]) == part
        for inner in parts(part):
            visit(inner, text)

    text = show(expression)
    visit(parse(text), text)


@given(st.text(max_size=60) | st.lists(PIECES, max_size=14).map("".join))
@example("-" * (MAX_LENGTH - 1) + "1")
@example("1+" * (MAX_LENGTH // 2 - 1) + "1")
@example("9" * MAX_LENGTH)
@example("(" * MAX_LENGTH)
@example("4 w+" * 990 + "1")
@example("def[def]=" * 444)
@example("k[" * 40 + "m" + "]=1" * 40)
@example("x|do(" + "k[m]=1," * 550 + ")")
@examples(200)
def test_rubbish_is_a_problem_and_nothing_else(text: str) -> None:
    problem = None
    try:
        parse(text)
    except SyntaxIssue as error:
        problem = error.issue
    if problem is not None:
        assert 0 <= problem.place.start <= problem.place.end <= len(text) + 1
        assert problem.message
        assert problem.code in {"E301", "E302", "E310"}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("-2 weeks", Unary("-", Amount(2.0, "weeks"))),
        ("-x ** 2", Unary("-", Binary("**", Name("x"), Number(2.0)))),
        ("a - b - c", Binary("-", Binary("-", Name("a"), Name("b")), Name("c"))),
        ("2 ** 3 ** 2", Binary("**", Number(2.0), Binary("**", Number(3.0), Number(2.0)))),
        ("+a", Name("a")),
        ("not a == b", Unary("not", Compare("==", Name("a"), Name("b")))),
        (
            "a < b <= c",
            Logic("and", (Compare("<", Name("a"), Name("b")), Compare("<=", Name("b"), Name("c")))),
        ),
        ("now > 2022-07-05", Compare(">", Name("now"), Date(dt.date(2022, 7, 5)))),
        ("1_000 EUR", Amount(1000.0, "EUR")),
        ("True", Name("true")),
        (
            "m(a) > m(a | do(b=0))",
            Compare(
                ">",
                Call("m", (Name("a"),)),
                Call("m", (Do(Name("a"), ((Name("b"), Number(0.0)),)),)),
            ),
        ),
        ("a +\n  4\n  weeks", Binary("+", Name("a"), Amount(4.0, "weeks"))),
    ],
)
def test_operators_bind_as_in_python(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_a_hidden_name_cannot_stand_for_an_amount() -> None:
    """Amounts are masked by names with an underscore in front; nobody else may write one."""
    for text in ("4 w + _00", "4 w + _00_", "_ + 1"):
        with pytest.raises(SyntaxIssue, match="names start with a letter"):
            parse(text)


def test_most_keywords_of_python_are_free() -> None:
    """A target may yield, an ally pass: words of conflict are no words of the grammar."""
    text = "probability(g, target, yield) > lambda + 4 while"
    left = Call("probability", (Name("g"), Name("target"), Name("yield")))
    right = Binary("+", Name("lambda"), Amount(4.0, "while"))
    assert parse(text) == Compare(">", left, right)
    assert parse("x | do(pass=1)") == Do(Name("x"), ((Name("pass"), Number(1.0)),))
    assert parse("try(raise[with])") == Call("try", (Index("raise", (Name("with"),)),))


def test_a_member_can_be_held() -> None:
    """A keyword of Python has no brackets; here it may, and keeps its columns."""
    text = " x | do(gap [kyiv,\n\tnext(c)] = 1 week, k[class]=2, pass=1)"
    read = parse(text)
    assert isinstance(read, Do)
    assert parse(show(read)) == read
    targets = [target for target, _ in read.interventions]
    gap = Index("gap", (Name("kyiv"), Call("next", (Name("c"),))))
    assert targets == [gap, Index("k", (Name("class"),)), Name("pass")]
    written = [text[one.place.start : one.place.end] for one in targets]
    assert written == ["gap [kyiv,\n\tnext(c)]", "k[class]", "pass"]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("x | do(k[1] = 2)", "a member by its name", "k[1]"),
        ("x | do(k[argmax(y[c] for c in s)] = 2)", "by its name", "k[argmax(y[c] for c in s)]"),
        ("x | do(k[f(y | do(j[m] = 1))] = 2)", "by its name", "k[f(y | do(j[m] = 1))]"),
        ("x | do(k[a b] = 2)", "missing before 'b'", "b"),
        ("x | do(k[] = 2)", "cannot be read from", "]"),
        ("x | do(3 weeks[a] = 2)", "'3 weeks' is not a name", "3 weeks[a]"),
        ("f(k[a] = 2)", r"'k\[a\]' is not a name", "k[a]"),
        ("x[c] = 2", "'=' is not a comparison", "="),
        ("x | do(k[previous(" + "-" * 120 + "a)] = 2)", "more than 100 operations", None),
    ],
)
def test_what_cannot_be_held_is_pointed_at(text: str, message: str, place: str | None) -> None:
    with pytest.raises(SyntaxIssue, match=message) as refused:
        parse(text)
    found = refused.value.issue.place
    assert text[found.start : found.end] == (place or text)


@pytest.mark.parametrize(
    "text", ["f(4 weeks=1)", "4 weeks(2)", "x[4 weeks]", "x[2022-07-05]", "x | do(2022-07-05=1)"]
)
def test_an_amount_is_no_name(text: str) -> None:
    with pytest.raises(SyntaxIssue, match="' is not a name"):
        parse(text)


def test_a_thousand_amounts_keep_their_places() -> None:
    text = "max(" + ",".join(["4 w"] * 990) + ", oops oops)"
    with pytest.raises(SyntaxIssue, match="an operator is missing before 'oops'") as caught:
        parse(text)
    place = caught.value.issue.place
    assert text[place.start : place.end] == "oops"
    assert place.end == len(text) - 1


def test_python_is_only_asked_for_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def tree_only(source: str, mode: str) -> None:
        asked.append(mode)
        raise SyntaxError

    monkeypatch.setattr(parser.ast, "parse", tree_only)
    with pytest.raises(SyntaxIssue):
        parse("1 + 1")
    assert asked == ["eval"]


def test_names_are_those_that_are_read() -> None:
    expression = parse("a + max(b, c[d]) if phase == war else (e | do(f = g))")
    assert names(expression) == {"a", "b", "c", "phase", "war", "e", "g"}


@pytest.mark.parametrize(
    ("written", "bracketed"),
    [
        ("x > 2 | do(x = 3)", "(x > 2) | do(x = 3)"),
        ("not x > 2 | do(x = 3)", "(not x > 2) | do(x = 3)"),
        ("y and x > 2 | do(x = 3)", "(y and x > 2) | do(x = 3)"),
        ("1 < x < 2 | do(x = 3)", "(1 < x < 2) | do(x = 3)"),
        ("a if c else x > 2 | do(x = 3)", "(a if c else x > 2) | do(x = 3)"),
        ("x > 2 | do(x = 3) and y", "((x > 2) | do(x = 3)) and y"),
        ("x | do(x = 3) > 2", "(x | do(x = 3)) > 2"),
        ("m(x > 2 | do(x = 3)) > 0", "m((x > 2) | do(x = 3)) > 0"),
        ("x + y | do(x = 3)", "(x + y) | do(x = 3)"),
    ],
)
def test_do_binds_all_to_its_left_within_its_brackets(written: str, bracketed: str) -> None:
    assert parse(written) == parse(bracketed)


@pytest.mark.parametrize("written", ["x > (2 | do(x = 3))", "y and (x > 2 | do(x = 3))"])
def test_brackets_decide_what_do_binds(written: str) -> None:
    assert not isinstance(parse(written), Do)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("billion USD / month", "write billion * USD"),
        ("2 * 5 billion USD", "write 5 billion * 1 USD"),
        ("3 thousand people", "write 3 thousand * 1 people"),
        ("5 weeks oops", ""),
        ("total billion2 x", ""),
    ],
)
def test_two_unit_words_in_a_row_want_a_sign(text: str, hint: str) -> None:
    with pytest.raises(SyntaxIssue, match="an operator is missing") as caught:
        parse(text)
    assert caught.value.issue.hint == hint


@pytest.mark.parametrize(
    "text", ["0 < a == b", "a == b == c", "1 < a < b < 3", "(a > 1) == (b > 1)"]
)
def test_a_chain_of_comparisons_is_all_of_them(text: str) -> None:
    assert isinstance(parse(text), Compare if "(" in text else Logic)


@pytest.mark.parametrize("text", ["a > 1 == b > 1", "a > 1 != b > 1", "a == 1 == b > 1"])
def test_compared_conditions_need_brackets(text: str) -> None:
    with pytest.raises(SyntaxIssue, match="easily misread"):
        parse(text)
