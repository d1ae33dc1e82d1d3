"""The tables beside the register: what a sound one says, and broken ones."""

import datetime as dt
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from examples import examples
from schelling.case.check import check, load
from schelling.case.file.disk import Text
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Kind
from schelling.case.model import Case
from schelling.case.registers import classes, outcomes, predictions, register

CASE = """\
schelling: 1
title: A siege with questions
time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}
phases: [siege, surrender]
assumptions: {rate: {prior: 2, unit: EUR / week, why: a guess}}
stocks: {food: {start: 300, change: -rate, unit: EUR}}
forecasts:
  table: forecasts.csv
  outcomes: outcomes.csv
  reference_classes: classes.csv
  predictions: predictions.csv
  data_until: 2022-03-20
"""
FORECASTS = """\
id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,unit,bins,edges,\
given,resolves,persistence,reference_class,supersedes,registered_at
F01,binary,Does it fall?,,2022-03-20,2022-06-30,said so,record,never,,,,,,\
"eventually(phase == surrender, until=2022-06-30)",no,sieges,,2022-03-21
F02,numeric,How much is left?,,2022-03-20,2022-06-30,the books,record,never,,1000 EUR,,,,\
final(food),0.3,,,2022-03-21
F03,conditional,Is there food if it falls?,,2022-03-20,2022-06-30,the books,record,never,F01 yes,\
,,,eventually(phase == surrender),final(food) > 100 EUR,0.9,,,2022-03-21
F04,ordered,How hungry are they?,,2022-03-20,2022-06-30,the books,record,never,,EUR,low; high,100,,\
final(food),high,,,2022-03-21
F05,date,When does it fall?,,2022-03-20,2022-06-30,said so,record,never,,,,,,,never,,,2022-03-21
F06,binary,Does the fort fall?,,2022-03-20,2022-06-30,said so,record,never,,,,,,,no,,F01,2022-03-22
"""
OUTCOMES = """\
forecast_id,status,value,resolved_on,recorded_at,vintage,source,source_url_or_ref,mark,supersedes
F02,value,0.2,2022-06-30,2022-07-01,July,the books,page 3,sourced,
F01,no,,2022-06-30,2022-07-01T09:30:00Z,,the council,,recalled,
F03,void,,,2022-07-01,,the council,,recalled,
F02,value,0.25,2022-06-30,2022-08-01,August,the books,page 4,sourced,July
F05,value,never,2022-06-30,2022-08-01,,the books,page 4,sourced,
"""
CLASSES = "name,k,n,source,note\nsieges,7,40,a count,\n"
PREDICTIONS = """\
forecast_id,model_id,made_at,data_until,kind,value,weighting
F01,coin,2022-03-20,2022-03-20,p,0.5,
F01,hindsight,2022-07-01,2022-06-30,interval,0.1 to 0.2,
F02,books,2022-03-20,2022-03-20,quantiles,0.05: 0.1; 0.5: 0.2; 0.95: 0.4,equal
F04,coin,2022-03-20,2022-03-20,bins,0.6; 0.4,
"""
FILES = {
    "case.yaml": CASE,
    "forecasts.csv": FORECASTS,
    "outcomes.csv": OUTCOMES,
    "classes.csv": CLASSES,
    "predictions.csv": PREDICTIONS,
}


def placed(folder: Path, **changed: str) -> Path:
    for name, content in FILES.items():
        (folder / name).write_text(changed.get(name.partition(".")[0], content), "utf-8")
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return load(placed(tmp_path))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("F06 no", (("F06", False),)),  # a later row is as good as an earlier one
        ("F01 yes and F06 no", (("F01", True), ("F06", False))),
        ("F03 yes", ()),  # itself
        ("F99 yes", ()),
        ("it falls", ()),
    ],
)
def test_an_antecedent_names_other_questions_or_is_prose(
    written: str, found: tuple[tuple[str, bool], ...], tmp_path: Path
) -> None:
    table = FORECASTS.replace(",F01 yes,", f",{written},")
    case = load(placed(tmp_path, forecasts=table, outcomes=OUTCOMES.splitlines()[0] + "\n"))
    assert next(q for q in case.questions if q.name == "F03").antecedents == found


def test_questions_are_bound_to_the_model(case: Case) -> None:
    by_name = {question.name: question for question in case.questions}
    first, amount, condition, ordered, day, other = by_name.values()
    assert first.resolves is not None
    assert (
        write(first.resolves) == "eventually[0..14]((phase == surrender))"
    )  # 2022-06-27 is step 14
    assert amount.unit.factor == 1000
    assert amount.resolves is not None
    assert amount.resolves.type.kind is Kind.NUMBER
    assert condition.antecedents == (("F01", True),)
    assert condition.given is not None
    assert (ordered.bins, ordered.edges, ordered.persistence) == (("low", "high"), (100.0,), "high")
    assert (day.persistence, day.resolves) == ("never", None)
    assert (first.persistence, amount.persistence, condition.persistence) == (0.0, 0.3, 0.9)
    assert [q.superseded for q in case.questions] == [True, *[False] * 5]
    assert other.supersedes == "F01"
    assert case.data_until == dt.date(2022, 3, 20)


def test_the_latest_outcome_counts_and_the_earlier_ones_are_kept(case: Case) -> None:
    assert [outcome.question for outcome in case.outcomes] == ["F01", "F02", "F03", "F05"]
    second = case.outcomes[1]
    assert (second.value, second.vintage, second.settled) == (0.25, "August", True)
    assert [(row.value, row.vintage) for row in second.earlier] == [(0.2, "July")]
    assert case.outcomes[0].recorded_at == dt.date(2022, 7, 1)
    assert not case.outcomes[2].settled
    assert case.outcomes[3].value == "never"


def test_classes_and_predictions(case: Case) -> None:
    assert [(c.name, c.k, c.n) for c in case.reference_classes] == [("sieges", 7, 40)]
    coin, late, books, bins = case.predictions
    assert (bins.kind, bins.values) == ("bins", (0.6, 0.4))
    assert (coin.values, coin.retrospective) == ((0.5,), False)
    assert (late.values, late.retrospective) == ((0.1, 0.2), True)
    assert (books.levels, books.values) == ((0.05, 0.5, 0.95), (0.1, 0.2, 0.4))


def test_the_digest_covers_every_table(tmp_path: Path) -> None:
    digests = {load(placed(tmp_path)).digest}
    changes = {
        "outcomes": OUTCOMES.replace("page 3", "page 5"),
        "classes": CLASSES.replace("7,40", "8,40"),
        "predictions": PREDICTIONS.replace("0.5,\n", "0.6,\n"),
    }
    for name, content in changes.items():
        digests.add(load(placed(tmp_path, **{name: content})).digest)
    assert len(digests) == 4


TABLES = {
    "outcomes": (OUTCOMES, outcomes.parse),
    "predictions": (PREDICTIONS, predictions.parse),
    "classes": (CLASSES, lambda text, _: classes.parse(text)),
}


@given(st.data(), st.sampled_from(sorted(TABLES)))
@examples(150)
def test_a_broken_table_is_a_problem_at_worst(data: st.DataObject, which: str) -> None:
    written, parse = TABLES[which]
    known = register.Known(frozenset(), frozenset())
    questions, _ = register.parse(Text(Path("forecasts.csv"), FORECASTS, ""), known)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(written)))
        end = data.draw(st.integers(start, min(start + 8, len(written))))
        written = written[:start] + data.draw(st.text('",;\n\0 -1é', max_size=3)) + written[end:]
    problems = parse(Text(Path(f"{which}.csv"), written, ""), questions)[1]
    rows = written.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        span = problem.span
        assert span is not None
        assert 1 <= span.line <= span.end_line <= len(rows)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (CLASSES.replace("7,40", "seven,40"), ["E630"]),
        (CLASSES.replace("7,40", "41,40"), ["E630"]),
        (CLASSES.replace("7,40,a count", "7,40"), ["E602"]),  # a row that is not read
        (CLASSES.replace("name,", "names,"), ["E602", "E602"]),  # no such column, and one unknown
        (CLASSES.replace("sieges", "seiges"), ["E617"]),
        (CLASSES.replace("sieges,7", "seiges,41"), ["E617", "E630"]),
    ],
)
def test_a_faulty_class_is_not_unknown_as_well(
    table: str, codes: list[str], tmp_path: Path
) -> None:
    """The question names `sieges`; only where no row gives that name it is unknown."""
    problems = check(placed(tmp_path, classes=table)).problems
    assert sorted(problem.code for problem in problems) == codes


def test_a_case_without_its_tables_says_so(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    assert [problem.code for problem in check(tmp_path).problems] == ["E601"] * 4
