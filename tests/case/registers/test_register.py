"""The forecast register: places of cells, and rows that are broken at random."""

import csv
import io
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given

from examples import examples
from schelling.case.file import cells
from schelling.case.file.disk import Text
from schelling.case.registers import register
from schelling.case.registers.register import Known

GOOD = (
    "F01,binary,Will it fall?,P1.S1,2022-03-20,2022-06-30,the council says so,public record,never"
)
HEAD = "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if"
OTHER = GOOD.replace("F01", "F02").replace("it fall", "it hold")
TABLE = f'{HEAD},note\n{GOOD},\n{OTHER},"two\nlines"\n'
KNOWN = Known(frozenset({"P1.S1"}), frozenset())


def parsed(content: str) -> tuple[int, list[str]]:
    questions, problems = register.parse(Text(Path("register.csv"), content, ""), KNOWN)
    rows = content.split("\n")
    for problem in problems:
        span = problem.span
        assert span is not None
        assert 1 <= span.line <= span.end_line <= len(rows)
        assert span.column >= 1
    return len(questions), [problem.code for problem in problems]


@given(st.lists(st.lists(st.text('a,"\n é', max_size=5), min_size=1, max_size=4), min_size=1))
@examples(80)
def test_cells_stand_where_the_table_was_written(rows: list[list[str]]) -> None:
    """The text at the place of a cell is the cell, but for the doubling of quotes."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    lines = out.getvalue().split("\n")
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)
    first = 1
    for row in reader:
        found = cells.spans(lines, first, reader.line_num)
        assert len(found) == max(len(row), 1)
        for cell, span in zip(row, found, strict=False):
            stretch = lines[span.line - 1 : span.end_line]
            stretch[-1] = stretch[-1][: span.end_column - 1]
            stretch[0] = stretch[0][span.column - 1 :]
            assert "\n".join(stretch).replace('""', '"') == cell
        first = reader.line_num + 1


def test_a_register_is_read() -> None:
    assert parsed(TABLE) == (2, [])
    assert parsed(TABLE.replace("\n", "\r\n").replace("two\r\n", "two\n"))[0] == 2
    assert parsed("") == (0, ["E602"])


@given(st.data())
@examples(150)
def test_a_broken_register_is_a_problem_at_worst(data: st.DataObject) -> None:
    text = TABLE
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(start + 8, len(text))))
        text = text[:start] + data.draw(st.text('",;\n\0 -1é', max_size=3)) + text[end:]
    parsed(text)


def test_problems_are_counted_to_a_hundred() -> None:
    rows = "\n".join([HEAD, *["x,x,x,x,x,x,x,x,x"] * 5_000])
    assert len(parsed(rows)[1]) == 100


def test_dates_have_one_form() -> None:
    for written in ("2022-W12-7", "20220320", "2022-3-20", "2022-02-30", "２022-03-20"):
        assert parsed(TABLE.replace("2022-03-20", written, 1))[1] == ["E607"]
