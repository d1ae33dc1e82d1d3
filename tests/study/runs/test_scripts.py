"""Names and amounts that would become more than one word of a script or a command."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

import schelling
from schelling.errors import RunError
from schelling.study.runs import sbatch
from study.runs.keeping import SMALL, write


@pytest.mark.parametrize(
    "name",
    [
        "a\nrm -rf x",
        "a\rb",
        "a; rm -rf x",
        "$(rm x)",
        "`rm x`",
        "a'b",
        'a"b',
        "a b",
        "a\\b",
        "%j",
        "-rf",
        "#SBATCH",
        "a\u2028b",
        "a\x1b[2J",
    ],
)
def test_a_script_with_a_hostile_name(name: str, tmp_path: Path) -> None:
    """It is refused, or one word of the script; a shell that runs it sees the name as it is."""
    case = f"{name}.yaml"
    try:
        text = sbatch.script(
            f"echo {shlex.quote(case)}", name, Path(f"{name}.run"), sbatch.Array(3)
        )
    except RunError as error:
        assert not name.isprintable()
        assert "control character" in str(error)  # noqa: PT017
        return
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert len(comments) == len(
        [
            s
            for s in sbatch.script("x", "x", Path("x"), sbatch.Array(3)).splitlines()
            if s[:1] == "#"
        ]
    )
    assert all(
        re.fullmatch(r"[\w.=%:-]+", line[8:].strip()) for line in comments if "SBATCH --" in line
    )
    (tmp_path / "job").write_text(text, "utf-8")
    ended = subprocess.run(
        ["bash", "job", "2"], cwd=tmp_path, capture_output=True, check=True, text=True
    )
    assert ended.stdout == f"{case} --shard 2/3 --out {name}.run.shards/2 --resume --quiet\n"
    assert [path.name for path in tmp_path.iterdir()] == ["job"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"memory": "4G\nrm -rf x"}, "no memory as SLURM reads it"),
        ({"memory": "much"}, "no memory as SLURM reads it"),
        ({"time": "1:00:00 --uid=0"}, "no time as SLURM reads it"),
    ],
)
def test_amounts_of_a_script(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(RunError, match=message):
        sbatch.script("x", "x", Path("x"), sbatch.Array(3, **wrong))  # pyright: ignore


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\x1b[2Jb", "a\x7fb"])
def test_a_case_whose_name_holds_a_line_end(name: str, tmp_path: Path) -> None:
    """It is refused where it is read, so no command, script or report ever holds the name."""
    (tmp_path / f"{name}.yaml").write_text(SMALL, "utf-8")
    for path in (tmp_path / f"{name}.yaml", write(tmp_path / name)):
        with pytest.raises(schelling.CaseError, match="control character"):
            schelling.load(path)
