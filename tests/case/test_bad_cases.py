"""What a person sees who gives a faulty case: every file of `tests/bad_cases` beside its text.

A new kind of bad input is two files: `NAME.yaml` and, written by the program and read by a person
before it is kept, `cd tests/bad_cases && schelling check NAME.yaml 2> NAME.txt`.
"""

from pathlib import Path

import pytest

from schelling.case.check import check, load
from schelling.errors import CaseError

FOLDER = Path(__file__).parents[1] / "bad_cases"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_shown_in_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    checked = check(Path(f"{name}.yaml"))
    assert checked.case is None
    shown = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert f"{checked.rendered()}\n" == shown


def test_there_are_many_kinds_and_each_has_its_text() -> None:
    assert len(NAMES) >= 45
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == NAMES


def test_no_text_depends_on_the_machine() -> None:
    for name in NAMES:
        assert str(FOLDER.parent) not in (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), name


def test_loading_raises_every_problem_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    with pytest.raises(CaseError, match="12 problems") as caught:
        load("several-problems.yaml")
    assert len(caught.value.problems) == 12
    lines = [problem.span.line for problem in caught.value.problems if problem.span]
    assert lines == sorted(lines)  # in the order of the text


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    """The same places, whatever ends a line: as on Windows, or as on an old Macintosh."""
    written = (FOLDER / "unknown-name.yaml").read_bytes()
    found: list[list[tuple[int, int]]] = []
    for ending in (b"\n", b"\r\n", b"\r"):
        path = tmp_path / "case.yaml"
        path.write_bytes(written.replace(b"\n", ending))
        problems = check(path).problems
        found.append([(p.span.line, p.span.column) for p in problems if p.span])
    assert len(found[0]) == 6
    assert found[0] == found[1] == found[2]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"\xef\xbb\xbfschelling: 1\ntitle: saved on Windows\n")
    assert check(path).problems == ()
