"""What a person sees who sets what cannot be set: every `.args` file beside its text.

A new kind of bad input is two files: `NAME.args`, with one change a line, and `NAME.txt`, which
the program writes and a person reads before it is kept. In `tests/bad_settings`: `sed 's/^/--set=/'
NAME.args | tr '\\n' '\\0' | xargs -0 schelling check case.yaml 2> NAME.txt`.
"""

from pathlib import Path

import pytest

from schelling.case.check import check
from schelling.case.settings.given import options

FOLDER = Path(__file__).parents[2] / "bad_settings"
NAMES = sorted(path.stem for path in FOLDER.glob("*.args"))


def written(name: str) -> list[str]:
    return (FOLDER / f"{name}.args").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_is_shown_in_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    checked = check(Path("case.yaml"), settings=options(written(name)))
    assert checked.case is None
    shown = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert f"{checked.rendered()}\n" == shown


def test_the_case_itself_has_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    assert check(Path("case.yaml")).problems == ()
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == NAMES
